import type { ReactNode } from 'react';
import { count, money, percent, share } from '../../format.js';
import { Bar } from '../../ui/bar.js';
import { Film, Flow, Picture } from '../../ui/icons.js';
import { Panel } from '../../ui/panel.js';
import { Skeleton } from '../../ui/states.js';
import type { Dashboard, Statistics, SystemStats } from './answers.js';
import { DailyRuns } from './daily-runs.js';
import { Totals } from './totals.js';

/** How jobs end. Cancelled ones are counted nowhere here, so the three need not be the total. */
const Outcomes = ({ system }: { readonly system: SystemStats }): ReactNode => {
  const { jobs_completed: completed, jobs_failed: failed, jobs_pending: pending, total_jobs: total } = system;
  return (
    <div className="outcomes">
      <p className="outcomes__line">
        <span>Success rate</span>
        <strong>{percent(completed, completed + failed)}</strong>
      </p>
      <Bar
        segments={[
          { tone: 'ok', share: share(completed, total) },
          { tone: 'wait', share: share(pending, total) },
          { tone: 'bad', share: share(failed, total) },
        ]}
      />
      <ul className="legend">
        <li className="legend__entry legend__entry--ok">{count(completed)} completed</li>
        <li className="legend__entry legend__entry--wait">{count(pending)} pending</li>
        <li className="legend__entry legend__entry--bad">{count(failed)} failed</li>
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
