import type { ServedLoad } from './load.js';
import type { LoggedEvent } from './log.js';
import type { Order } from './orders.js';
import { isCollateral, isLostToOutages } from './run-judgement.js';
import type { RunRecord } from './run-record.js';

/** Attempts that were given up because their worker died, and not because their script says so. */
const stalled = ({ model }: Order, run: RunRecord): number =>
  model.includes('stalled') ? 0 : run.attempts.filter(({ category }) => category === 'stalled').length;

const collateral = (order: Order, run: RunRecord, of: string): number =>
  run.attempts.filter((attempt) => attempt.category === of && isCollateral(order, attempt)).length;

const MICROS = 1e6;

const micros = (log: readonly LoggedEvent[]): number =>
  log.reduce(
    (sum, { data }) =>
      sum + ('cost_usd' in data && !('artifact' in data) ? Math.round((data.cost_usd ?? 0) * MICROS) : 0),
    0,
  );

/** What happened, for the table. */
export const countsOf = (
  log: readonly LoggedEvent[],
  { singles, batches, equals }: ServedLoad,
  records: ReadonlyMap<string, RunRecord>,
): Record<string, number> => {
  const runs = [...records.values()];
  const served = [...singles, ...equals.flat(), ...batches.flatMap(({ items }) => items)];
  const told = served.flatMap(({ order, runId }) => {
    const run = records.get(runId);
    return run ? [{ order, run }] : [];
  });
  const sum = (of: (order: Order, run: RunRecord) => number): number =>
    told.reduce((total, { order, run }) => total + of(order, run), 0);
  const ends = (status: string): number => runs.filter((run) => run.status === status).length;
  const events = (type: LoggedEvent['type']): number => log.filter((event) => event.type === type).length;
  const listened = served.flatMap(({ heard }) => (heard ? [heard] : []));
  return {
    'runs accepted': runs.length,
    'runs completed': ends('completed'),
    'runs failed': ends('failed'),
    '  of these by outages': sum((order, run) => (isLostToOutages(order, run) ? 1 : 0)),
    'runs cancelled': ends('cancelled'),
    'runs that joined another': runs.filter(({ joins }) => joins > 0).length,
    'runs with the result of another': runs.filter(({ source }) => source !== null).length,
    'runs that refine another': runs.filter(({ order }) => order?.parent_id !== undefined).length,
    'groups of equal runs': equals.length,
    batches: batches.length,
    '  cancelled': batches.filter(({ answer }) => answer.status === 'cancelled').length,
    '  stopped by a failure': batches.filter(({ answer }) => answer.status === 'failed').length,
    '  runs made for them': runs.filter(({ order }) => order?.batch_id !== undefined).length,
    attempts: runs.reduce((total, run) => total + run.attempts.length, 0),
    'attempts taken over': events('GenerationResumed'),
    'attempts stalled': sum(stalled),
    'attempts lost to an absent vendor': sum((order, run) => collateral(order, run, 'network')),
    'attempts lost to a full disk': sum((order, run) => collateral(order, run, 'storage')),
    'retries by hand': events('GenerationRetryRequested'),
    'events in the log': log.length,
    artifacts: events('GenerationArtifactStored'),
    'cost in USD': micros(log) / MICROS,
    'run streams listened to': listened.length,
    '  events heard there': listened.reduce((total, heard) => total + heard.length, 0),
  };
};
