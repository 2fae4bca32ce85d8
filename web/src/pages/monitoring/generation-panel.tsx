import type { ReactNode } from 'react';
import { count, money, percent, share } from '../../format.js';
import { Bar, type Tone } from '../../ui/bar.js';
import { Film, Flow, Picture } from '../../ui/icons.js';
import { Panel } from '../../ui/panel.js';
import { Skeleton } from '../../ui/states.js';
import type { Dashboard, Statistics, SystemStats } from './answers.js';
import { DailyRuns } from './daily-runs.js';
import { Totals } from './totals.js';

/** Where the jobs stand, in the order of the bar. */
const standings = (system: SystemStats): readonly { tone: Tone; jobs: number; word: string }[] => [
  { tone: 'ok', jobs: system.jobs_completed, word: 'completed' },
  { tone: 'wait', jobs: system.jobs_pending, word: 'pending' },
  { tone: 'bad', jobs: system.jobs_failed, word: 'failed' },
  { tone: 'muted', jobs: system.jobs_cancelled, word: 'cancelled' },
];

/** How jobs end. After a reset the pending ones may be more than those that were created since. */
const Outcomes = ({ system }: { readonly system: SystemStats }): ReactNode => {
  const all = standings(system);
  const total = all.reduce((sum, { jobs }) => sum + jobs, 0);
  return (
    <div className="outcomes">
      <p className="outcomes__line">
        <span>Success rate of all jobs</span>
        <strong>{percent(system.jobs_completed, system.jobs_completed + system.jobs_failed)}</strong>
      </p>
      <Bar segments={all.map(({ tone, jobs }) => ({ tone, share: share(jobs, total) }))} />
      <ul className="legend">
        {all.map(({ tone, jobs, word }) => (
          <li key={word} className={`legend__entry legend__entry--${tone}`}>
            {count(jobs)} {word}
          </li>
        ))}
      </ul>
    </div>
  );
};

interface GenerationPanelProps {
  readonly dashboard: Dashboard | undefined;
  readonly statistics: Statistics | undefined;
}

export const GenerationPanel = ({ dashboard, statistics }: GenerationPanelProps): ReactNode => (
  <Panel
    title="Generation"
    width="two-thirds"
    note={statistics && `${money(statistics.total_cost_usd)} in ${String(statistics.daily.length)} days`}
  >
    {dashboard === undefined ? (
      <Skeleton lines={7} />
    ) : (
      <div className="generation">
        <div className="generation__figures">
          <Totals
            entries={[
              { label: 'Images', value: dashboard.usage.total_images_generated, Icon: Picture },
              { label: 'Videos', value: dashboard.usage.total_videos_generated, Icon: Film },
              { label: 'Workflows', value: dashboard.usage.total_workflows_executed, Icon: Flow },
            ]}
          />
          <Outcomes system={dashboard.system} />
        </div>
        {statistics !== undefined && <DailyRuns days={statistics.daily} />}
      </div>
    )}
  </Panel>
);
