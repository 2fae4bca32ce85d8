import { increase, now, orNothing, quantile, rate, share } from '../../prometheus/src/promql.js';
import type { DashboardSpec } from './dashboard.js';
import { lines, stat, table } from './panels.js';
import { SHOWN, STEP } from './windows.js';

const FINISHED = 'darkroom_jobs_finished_total';
const COMPLETED = { outcome: '=completed' } as const;

export const OVERVIEW: DashboardSpec = {
  uid: 'darkroom-overview',
  title: 'Darkroom / Overview',
  description: 'Is it well, what does it cost, and what has changed?',
  since: '6h',
  rows: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Least budget left',
          description:
            'Of all objectives, how much of the error budget of 30 days the worst one has left. Below 0 the objective is missed.',
          unit: 'percentunit',
          limit: 0.25,
          isBadBelow: true,
          more: 'darkroom-slo',
          queries: [{ expr: 'min(darkroom_slo:budget_left:ratio)', legend: 'budget' }],
        }),
        stat({
          title: 'Runs that complete',
          description: 'Completed runs of all that completed or failed, over the last half hour.',
          unit: 'percentunit',
          limit: 0.95,
          isBadBelow: true,
          alert: 'DarkroomSuccessRatioLow',
          more: 'darkroom-pipeline',
          queries: [
            {
              expr: share(
                orNothing(rate(FINISHED, '30m', { where: COMPLETED })),
                rate(FINISHED, '30m', { where: { outcome: '=~completed|failed' } }),
              ),
              legend: 'completed',
            },
          ],
        }),
        stat({
          title: 'Image, 95th percentile',
          description: 'From the acceptance of a run to its picture, for 95 of 100 images that are not from the cache.',
          unit: 's',
          limit: 30,
          more: 'darkroom-pipeline',
          queries: [
            {
              expr: quantile(0.95, 'darkroom_job_duration_seconds', '30m', {
                where: { type: '=image', outcome: '=completed', cached: '=false' },
              }),
              legend: 'p95',
            },
          ],
        }),
        stat({
          title: 'Longest wait now',
          description: 'How long the attempt has been due that waits longest for a worker.',
          unit: 's',
          limit: 300,
          alert: 'DarkroomQueueBacklog',
          more: 'darkroom-queue',
          queries: [{ expr: now('darkroom_jobs_oldest_due_age_seconds'), legend: 'oldest' }],
        }),
        stat({
          title: 'Workers',
          description: 'Worker processes whose lease holds.',
          unit: 'short',
          limit: 1,
          isBadBelow: true,
          alert: 'DarkroomWorkersAbsent',
          more: 'darkroom-queue',
          queries: [{ expr: now('darkroom_workers_alive'), legend: 'workers' }],
        }),
        stat({
          title: 'Worst lag of a read model',
          description: 'Age of the oldest event that some projection or reactor has not passed yet.',
          unit: 's',
          limit: 5,
          alert: 'DarkroomProjectionStalled',
          more: 'darkroom-eventstore',
          queries: [{ expr: now('darkroom_subscription_lag_seconds'), legend: 'lag' }],
        }),
      ],
    },
    {
      title: 'Money',
      panels: [
        stat({
          title: 'Spent',
          description: 'What providers were paid in the time that is shown.',
          unit: 'currencyUSD',
          width: 6,
          alert: 'DarkroomDailyBudgetSpent',
          more: 'darkroom-providers',
          queries: [{ expr: increase('darkroom_cost_usd_total', SHOWN), legend: 'spent' }],
        }),
        stat({
          title: 'Saved',
          description:
            'What results would have cost that came from the cache or from another run, in the time that is shown.',
          unit: 'currencyUSD',
          width: 6,
          more: 'darkroom-providers',
          queries: [{ expr: increase('darkroom_cost_saved_usd_total', SHOWN), legend: 'saved' }],
        }),
        stat({
          title: 'From the cache',
          description: 'Share of the results in the time that is shown that nobody had to make.',
          unit: 'percentunit',
          width: 6,
          alert: 'DarkroomCacheHitRatioLow',
          more: 'darkroom-pipeline',
          queries: [
            {
              expr: share(
                orNothing(increase(FINISHED, SHOWN, { where: { outcome: '=completed', cached: '=true' } })),
                increase(FINISHED, SHOWN, { where: COMPLETED }),
              ),
              legend: 'cached',
            },
          ],
        }),
        stat({
          title: 'Runs',
          description: 'Runs that were accepted in the time that is shown.',
          unit: 'short',
          width: 6,
          more: 'darkroom-pipeline',
          queries: [{ expr: increase('darkroom_jobs_created_total', SHOWN), legend: 'runs' }],
        }),
      ],
    },
    {
      title: 'What happens',
      panels: [
        lines({
          title: 'Ends a minute',
          description: 'Runs that came to an end, by how.',
          unit: 'short',
          meaning: 'outcome',
          shape: 'stack',
          more: 'darkroom-pipeline',
          queries: [{ expr: `60 * ${rate(FINISHED, STEP, { by: ['outcome'] })}`, legend: '{{outcome}}' }],
        }),
        lines({
          title: 'Requests a second',
          description: 'Requests of users by the class of their answer. Streams of events are left out.',
          unit: 'reqps',
          meaning: 'status',
          shape: 'stack',
          more: 'darkroom-api',
          queries: [
            {
              expr: rate('http_server_request_duration_seconds', STEP, { by: ['http_response_status_code'] }),
              legend: '{{http_response_status_code}}',
            },
          ],
        }),
        table({
          title: 'Alerts that fire',
          description: 'What Prometheus found wrong and still does; each has its page in docs/runbooks.',
          unit: 'short',
          width: 12,
          labels: { alertname: 'Alert', severity: 'Severity' },
          queries: [
            {
              expr: 'count by (alertname, severity) (ALERTS{alertname=~"Darkroom.*", alertstate="firing", severity!="none"})',
              legend: 'How many',
            },
          ],
        }),
        table({
          title: 'What runs',
          description: 'Processes by version, Node.js and roles.',
          unit: 'short',
          width: 12,
          alert: 'DarkroomVersionsMixed',
          labels: { version: 'Version', node: 'Node.js', roles: 'Roles' },
          queries: [{ expr: 'count by (version, node, roles) (darkroom_build_info)', legend: 'Processes' }],
        }),
      ],
    },
  ],
};
