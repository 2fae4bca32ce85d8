import type { ReactNode } from 'react';
import { Ago } from '../../ui/ago.js';
import { Command } from '../../ui/command.js';
import { Panel } from '../../ui/panel.js';
import { StateSign } from '../../ui/state-sign.js';
import { Empty, Skeleton } from '../../ui/states.js';
import type { Activity } from './answers.js';
import { RunLink } from './run-link.js';

const SHOWN = 8;

/** A request that makes a picture, for a terminal on this machine. */
const firstRequest = (origin: string): string =>
  `curl ${origin}/api/generate -H 'content-type: application/json' -d '{"prompt": "a lighthouse above a stormy sea"}'`;

const FirstRun = (): ReactNode => (
  <Empty title="No job has run yet">
    <p>Make a first picture; it shows here within seconds.</p>
    <Command line={firstRequest(location.origin)} />
  </Empty>
);

const Entry = ({ activity }: { readonly activity: Activity }): ReactNode => {
  const { type, status, prompt, run_id, timestamp } = activity;
  return (
    <li className="activity__entry">
      <StateSign state={status} />
      <div className="activity__what">
        <p className="activity__prompt" title={prompt}>
          <RunLink runId={run_id} dir="auto">
            {prompt}
          </RunLink>
        </p>
        <p className="activity__kind">
          {status} · {type}
        </p>
      </div>
      <Ago at={timestamp} />
    </li>
  );
};

export const RecentActivity = ({ activity }: { readonly activity: readonly Activity[] | undefined }): ReactNode => (
  <Panel
    title="Recent activity"
    width="two-thirds"
    note={activity !== undefined && activity.length > 0 && <a href="/api/generate/history">All runs</a>}
  >
    {activity === undefined && <Skeleton lines={6} />}
    {activity?.length === 0 && <FirstRun />}
    {activity !== undefined && activity.length > 0 && (
      <ol className="activity">
        {activity.slice(0, SHOWN).map((each) => (
          <Entry key={each.run_id} activity={each} />
        ))}
      </ol>
    )}
  </Panel>
);
