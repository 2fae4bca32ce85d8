import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Ago } from '../../ui/ago.js';
import { Panel } from '../../ui/panel.js';
import { Answered, Empty } from '../../ui/states.js';
import type { RecentError, RecentErrors } from './answers.js';
import { ERRORS_SHOWN } from './queries.js';
import { RunLink } from './run-link.js';

const Entry = ({ error }: { readonly error: RecentError }): ReactNode => {
  const { timestamp, category, message, path, run_id, trace_id } = error;
  return (
    <li className="errors__entry">
      <p className="errors__head">
        <span className="chip chip--bad">{category}</span>
        <Ago at={timestamp} />
      </p>
      <p className="errors__message" dir="auto">
        {message}
      </p>
      <p className="errors__source">
        {path !== null && <code>{path}</code>}
        {run_id !== null && <RunLink runId={run_id}>run {run_id.slice(0, 13)}</RunLink>}
        {trace_id !== null && <span title={trace_id}>trace {trace_id.slice(0, 8)}</span>}
      </p>
    </li>
  );
};

export const ErrorsPanel = ({ errors }: { readonly errors: UseQueryResult<RecentErrors> }): ReactNode => (
  <Panel title="Recent errors">
    <Answered query={errors} lines={5}>
      {(answer) =>
        answer.errors.length === 0 ? (
          <Empty title="Nothing has failed">
            <p>Jobs that fail for good and requests that end in an error show here, with their reason.</p>
          </Empty>
        ) : (
          <ol className="errors">
            {answer.errors.slice(0, ERRORS_SHOWN).map((error) => (
              <Entry key={`${error.timestamp} ${error.trace_id ?? ''} ${error.run_id ?? ''}`} error={error} />
            ))}
          </ol>
        )
      }
    </Answered>
  </Panel>
);
