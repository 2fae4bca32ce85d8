import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { Projection, Transaction } from '../eventsourcing/projection.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { addEncoded, encodeSketch } from '../platform/measures/duration-sketch.policy.js';
import { kindKey, type JobCounts, type JobKind, type JobType } from './job-counts.policy.js';
import {
  kindBegunBy,
  MonitoringFold,
  type FailedJob,
  type MonitoringRows,
  type OpenRun,
  type Reset,
} from './monitoring-fold.policy.js';
import type { MonitoringEvent } from './monitoring.events.js';

type Followed = GenerationEvent | MonitoringEvent;

/** How many of the newest failures are kept. */
export const KEPT_FAILURES = 1_000;

/** The columns of monitoring_jobs that are whole numbers. */
type Numbers = Record<
  'created' | 'completed' | 'failed' | 'cancelled' | 'open' | 'results' | 'timed' | 'time_ms',
  string
>;

/** A row of monitoring_jobs as the driver gives it. */
export interface JobsRow extends Numbers {
  readonly type: JobType;
  readonly model: string;
}

/** All but the durations. */
export const countsOf = (row: JobsRow): JobCounts => ({
  created: Number(row.created),
  completed: Number(row.completed),
  failed: Number(row.failed),
  cancelled: Number(row.cancelled),
  open: Number(row.open),
  results: Number(row.results),
  timed: Number(row.timed),
  timeMs: Number(row.time_ms),
  durations: new Map(),
});

const ALL_KINDS = 'select * from monitoring_jobs';
const SOME_KINDS = `${ALL_KINDS} where (type, model) in (select * from unnest($1::text[], $2::text[]))`;

/** The kinds with their counts. @param kinds null for all of them, which a reset changes */
const loadJobs = async (
  kinds: readonly JobKind[] | null,
  transaction: Transaction,
): Promise<MonitoringRows['jobs']> => {
  type Row = JobsRow & { readonly durations: Buffer };
  const { rows } = await (kinds === null
    ? transaction.query<Row>(ALL_KINDS)
    : transaction.query<Row>(SOME_KINDS, [kinds.map(({ type }) => type), kinds.map(({ model }) => model)]));
  return new Map(
    rows.map((row) => {
      const kind: JobKind = { type: row.type, model: row.model };
      const counts = countsOf(row);
      addEncoded(counts.durations, row.durations);
      return [kindKey(kind), { kind, counts }];
    }),
  );
};

/** Of which kinds the jobs are that a batch is about; null where it has a reset. @param runs those that were created before it */
const kindsIn = (
  batch: readonly ReplayedEvent<Followed>[],
  runs: ReadonlyMap<string, OpenRun>,
): readonly JobKind[] | null => {
  if (batch.some(({ type }) => type === 'MonitoringReset')) return null;
  const kinds = [...batch.flatMap(kindBegunBy), ...[...runs.values()].map(({ kind }) => kind)];
  return [...new Map(kinds.map((kind) => [kindKey(kind), kind])).values()];
};

interface RunRow extends JobKind {
  readonly run_id: string;
  readonly variants: number;
  readonly failed_at: string | null;
}

const loadRuns = async (ids: readonly string[], transaction: Transaction): Promise<Map<string, OpenRun>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await transaction.query<RunRow>(
    'select run_id, type, model, variants, failed_at from monitoring_runs where run_id = any($1::uuid[])',
    [ids],
  );
  return new Map(
    rows.map(({ run_id, type, model, variants, failed_at }) => [
      run_id,
      { kind: { type, model }, variants, failedAt: failed_at === null ? null : Number(failed_at) },
    ]),
  );
};

const loadReset = async (transaction: Transaction): Promise<Reset> => {
  const { rows } = await transaction.query<{ position: string; at: Date }>(
    'select position, at from monitoring_resets',
  );
  const [row] = rows;
  return row ? { position: Number(row.position), at: row.at.toISOString() } : { position: 0, at: null };
};

const saveJobs = async (
  jobs: readonly { readonly kind: JobKind; readonly counts: JobCounts }[],
  transaction: Transaction,
): Promise<void> => {
  if (jobs.length === 0) return;
  const numbers = (of: (counts: JobCounts) => number): number[] => jobs.map(({ counts }) => of(counts));
  await transaction.query(
    `insert into monitoring_jobs (type, model, created, completed, failed, cancelled, open, results, timed, time_ms, durations)
     select type, model, created, completed, failed, cancelled, open, results, timed, time_ms, decode(sketch, 'hex')
       from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                   $10::bigint[], $11::text[])
         as each (type, model, created, completed, failed, cancelled, open, results, timed, time_ms, sketch)
     on conflict (type, model) do update
        set created = excluded.created, completed = excluded.completed, failed = excluded.failed, cancelled = excluded.cancelled,
            open = excluded.open, results = excluded.results, timed = excluded.timed, time_ms = excluded.time_ms, durations = excluded.durations`,
    [
      jobs.map(({ kind }) => kind.type),
      jobs.map(({ kind }) => kind.model),
      numbers(({ created }) => created),
      numbers(({ completed }) => completed),
      numbers(({ failed }) => failed),
      numbers(({ cancelled }) => cancelled),
      numbers(({ open }) => open),
      numbers(({ results }) => results),
      numbers(({ timed }) => timed),
      numbers(({ timeMs }) => timeMs),
      jobs.map(({ counts }) => encodeSketch(counts.durations).toString('hex')),
    ],
  );
};

/** @param known the runs that had a row before */
const saveRuns = async (
  runs: ReadonlyMap<string, OpenRun>,
  known: ReadonlyMap<string, OpenRun>,
  transaction: Transaction,
): Promise<void> => {
  const changed = [...runs].filter(([id, run]) => known.get(id) !== run);
  if (changed.length > 0) {
    await transaction.query(
      `insert into monitoring_runs (run_id, type, model, variants, failed_at)
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::bigint[])
       on conflict (run_id) do update set failed_at = excluded.failed_at`,
      [
        changed.map(([id]) => id),
        changed.map(([, { kind }]) => kind.type),
        changed.map(([, { kind }]) => kind.model),
        changed.map(([, { variants }]) => variants),
        changed.map(([, { failedAt }]) => failedAt),
      ],
    );
  }
  const over = [...known.keys()].filter((id) => !runs.has(id));
  if (over.length > 0) await transaction.query('delete from monitoring_runs where run_id = any($1::uuid[])', [over]);
};

const addPresets = async (presets: ReadonlyMap<string, number>, transaction: Transaction): Promise<void> => {
  if (presets.size === 0) return;
  await transaction.query(
    `insert into monitoring_presets as p (preset, runs) select * from unnest($1::text[], $2::bigint[])
     on conflict (preset) do update set runs = p.runs + excluded.runs`,
    [[...presets.keys()], [...presets.values()]],
  );
};

const addFailures = async (failures: readonly FailedJob[], transaction: Transaction): Promise<void> => {
  if (failures.length === 0) return;
  await transaction.query(
    `insert into monitoring_failures (position, at, type, category, message, run_id)
     select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [
      failures.map(({ position }) => position),
      failures.map(({ at }) => at),
      failures.map(({ type }) => type),
      failures.map(({ category }) => category),
      failures.map(({ message }) => message),
      failures.map(({ runId }) => runId),
    ],
  );
  await transaction.query(
    `delete from monitoring_failures where position <= (select position from monitoring_failures order by position desc offset $1 limit 1)`,
    [KEPT_FAILURES],
  );
};

const saveReset = async ({ position, at }: Reset, transaction: Transaction): Promise<void> => {
  await transaction.query('delete from monitoring_presets');
  await transaction.query(
    `insert into monitoring_resets (position, at) values ($1, $2)
     on conflict (only_row) do update set position = excluded.position, at = excluded.at`,
    [position, at],
  );
};

/** The counts that the monitoring shows: migrations/0019. */
export class MonitoringProjection implements Projection {
  readonly name = 'monitoring';
  readonly version = 1;
  readonly tables = [
    'monitoring_jobs',
    'monitoring_runs',
    'monitoring_presets',
    'monitoring_failures',
    'monitoring_resets',
  ];
  readonly handles = [
    'GenerationCreated',
    'GenerationCompleted',
    'GenerationFailed',
    'GenerationCancelled',
    'GenerationRetryRequested',
    'JobTracked',
    'MonitoringReset',
  ] satisfies Followed['type'][];
  readonly gatherMs = 250;

  async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    const batch = events as readonly ReplayedEvent<Followed>[];
    const created = new Set(batch.filter(({ type }) => type === 'GenerationCreated').map(({ streamId }) => streamId));
    const older = batch
      .filter(({ type, streamId }) => type.startsWith('Generation') && !created.has(streamId))
      .map(({ streamId }) => streamId);
    const runs = await loadRuns([...new Set(older)], transaction);
    const rows: MonitoringRows = {
      jobs: await loadJobs(kindsIn(batch, runs), transaction),
      runs,
      reset: await loadReset(transaction),
    };
    const fold = new MonitoringFold(rows);
    for (const event of batch) fold.take(event);
    if (fold.reset !== rows.reset) await saveReset(fold.reset, transaction);
    await saveJobs(
      [...fold.jobs].filter(([key]) => fold.touched.has(key)).map(([, each]) => each),
      transaction,
    );
    await saveRuns(fold.runs, rows.runs, transaction);
    await addPresets(fold.presets, transaction);
    await addFailures(fold.failures.slice(-KEPT_FAILURES), transaction);
  }
}
