import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { Projection, Transaction } from '../eventsourcing/projection.js';
import { STATUS_EVENTS, type GenerationEvent } from '../generation/generation.events.js';
import type { Status } from '../generation/status/generation.queries.js';
import { addEncoded, encodeSketch } from '../platform/measures/duration-sketch.policy.js';
import {
  addCounts,
  breakdownFromJson,
  breakdownToJson,
  presetsFromJson,
  presetsToJson,
  type Counts,
  type Figures,
} from './figures.policy.js';
import { isFinal, StatisticsFold, type RunFacts, type Scope } from './statistics-fold.policy.js';

interface RunRow {
  readonly run_id: string;
  readonly user_id: number;
  readonly project_id: number | null;
  readonly day: string;
  readonly preset: string | null;
  readonly status: Status;
  readonly retried: boolean;
}

const loadRuns = async (ids: readonly string[], transaction: Transaction): Promise<Map<string, RunFacts>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await transaction.query<RunRow>(
    'select run_id, user_id, project_id, day::text, preset, status, retried from statistics_runs where run_id = any($1::uuid[])',
    [ids],
  );
  return new Map(
    rows.map(({ run_id: id, user_id: userId, project_id: projectId, ...row }) => [id, { userId, projectId, ...row }]),
  );
};

/** The columns of statistics_days that are whole numbers, in the order in which they are written. */
const NUMBERS: readonly (readonly [column: string, type: string, of: (figures: Figures) => number])[] = [
  ['pending', 'integer', ({ statuses }) => statuses.pending],
  ['processing', 'integer', ({ statuses }) => statuses.processing],
  ['completed', 'integer', ({ statuses }) => statuses.completed],
  ['failed', 'integer', ({ statuses }) => statuses.failed],
  ['cancelled', 'integer', ({ statuses }) => statuses.cancelled],
  ['retried', 'integer', ({ retried }) => retried],
  ['cached', 'integer', ({ cached }) => cached],
  ['cost_micros', 'bigint', ({ costMicros }) => costMicros],
  ['saved_micros', 'bigint', ({ savedMicros }) => savedMicros],
  ['quality_micros', 'bigint', ({ qualityMicros }) => qualityMicros],
  ['time_ms', 'bigint', ({ timeMs }) => timeMs],
];
const COLUMNS = [
  ...(['user_id integer', 'project_id integer', 'day date'] as const),
  ...NUMBERS.map(([column, type]) => `${column} ${type}`),
  ...(['breakdown jsonb', 'presets jsonb', 'durations bytea'] as const),
].map((each) => each.split(' ') as [name: string, type: string]);
const KEYS = 3;

const SAVE = `
  insert into statistics_days (${COLUMNS.map(([name]) => name).join(', ')})
  select * from unnest(${COLUMNS.map(([, type], index) => `$${String(index + 1)}::${type}[]`).join(', ')})
  on conflict (user_id, project_id, day) do update set ${COLUMNS.slice(KEYS)
    .map(([name]) => `${name} = excluded.${name}`)
    .join(', ')}`;

/** Row by row through the key: the shadow table of a rebuild has no statistics yet by which a planner would know that this is best. */
const LOAD = `
  select d.user_id, d.project_id, d.day::text, d.pending, d.processing, d.completed, d.failed, d.cancelled, d.retried, d.cached, d.cost_micros, d.saved_micros,
         d.quality_micros, d.time_ms, d.breakdown, d.presets, d.durations
    from unnest($1::integer[], $2::integer[], $3::date[]) as k (user_id, project_id, day),
         lateral (select * from statistics_days d where d.user_id = k.user_id and d.project_id = k.project_id and d.day = k.day limit 1) d`;

/** A row of statistics_days as the driver gives it. */
export interface DayRow extends Record<Status, number> {
  readonly user_id: number;
  readonly project_id: number;
  readonly day: string;
  readonly retried: number;
  readonly cached: number;
  readonly cost_micros: string;
  readonly saved_micros: string;
  readonly quality_micros: string;
  readonly time_ms: string;
  readonly breakdown: Parameters<typeof breakdownFromJson>[0];
  readonly presets: Parameters<typeof presetsFromJson>[0];
  readonly durations: Buffer;
}

/** What a row holds. */
export const countsOf = (row: DayRow): Counts => {
  const { pending, processing, completed, failed, cancelled, retried, cached } = row;
  return {
    statuses: { pending, processing, completed, failed, cancelled },
    retried,
    cached,
    costMicros: Number(row.cost_micros),
    savedMicros: Number(row.saved_micros),
    qualityMicros: Number(row.quality_micros),
    timeMs: Number(row.time_ms),
    breakdown: breakdownFromJson(row.breakdown),
    presets: presetsFromJson(row.presets),
  };
};

const keyOf = (userId: number, projectId: number, day: string): string =>
  `${String(userId)} ${String(projectId)} ${day}`;

interface Sum {
  readonly scope: Scope;
  readonly figures: Figures;
}

/** An array as PostgreSQL reads it: the driver would look at each of a hundred thousand numbers for something to escape. */
const arrayOf = (elements: readonly (number | string)[]): string => `{${elements.join(',')}}`;

const keyColumns = (sums: readonly Sum[]): string[] => [
  arrayOf(sums.map(({ scope }) => scope.userId)),
  arrayOf(sums.map(({ scope }) => scope.projectId)),
  arrayOf(sums.map(({ scope }) => scope.day)),
];

/** What JSON escapes in a text of JSON, which has no control characters, is what an array escapes. */
const jsonElement = (value: object): string => JSON.stringify(JSON.stringify(value));

const bytesElement = (bytes: Buffer): string => `"\\\\x${bytes.toString('hex')}"`;

/** Adds the sums of a batch to those before it. */
const addSums = async (sums: readonly Sum[], transaction: Transaction): Promise<void> => {
  if (sums.length === 0) return;
  const byKey = new Map(sums.map((sum) => [keyOf(sum.scope.userId, sum.scope.projectId, sum.scope.day), sum]));
  const { rows } = await transaction.query<DayRow>(LOAD, keyColumns(sums));
  for (const row of rows) {
    const sum = byKey.get(keyOf(row.user_id, row.project_id, row.day));
    if (!sum) continue;
    addCounts(sum.figures, countsOf(row));
    addEncoded(sum.figures.durations, row.durations);
  }
  await transaction.query(SAVE, [
    ...keyColumns(sums),
    ...NUMBERS.map(([, , of]) => arrayOf(sums.map(({ figures }) => of(figures)))),
    arrayOf(sums.map(({ figures }) => jsonElement(breakdownToJson(figures.breakdown)))),
    arrayOf(sums.map(({ figures }) => jsonElement(presetsToJson(figures.presets)))),
    arrayOf(sums.map(({ figures }) => bytesElement(encodeSketch(figures.durations)))),
  ]);
};

/** Keeps what can still change; `known` are the runs that had a row before. */
const keepRuns = async (
  runs: ReadonlyMap<string, RunFacts>,
  known: ReadonlySet<string>,
  transaction: Transaction,
): Promise<void> => {
  const open = [...runs].filter(([, run]) => !isFinal(run));
  const over = [...runs].filter(([id, run]) => isFinal(run) && known.has(id)).map(([id]) => id);
  if (open.length > 0) {
    await transaction.query(
      `insert into statistics_runs (run_id, user_id, project_id, day, preset, status, retried)
       select * from unnest($1::uuid[], $2::integer[], $3::integer[], $4::date[], $5::text[], $6::text[], $7::boolean[])
       on conflict (run_id) do update set status = excluded.status, retried = excluded.retried`,
      [
        open.map(([id]) => id),
        open.map(([, { userId }]) => userId),
        open.map(([, { projectId }]) => projectId),
        open.map(([, { day }]) => day),
        open.map(([, { preset }]) => preset),
        open.map(([, { status }]) => status),
        open.map(([, { retried }]) => retried),
      ],
    );
  }
  if (over.length > 0) await transaction.query('delete from statistics_runs where run_id = any($1::uuid[])', [over]);
};

/** Sums over runs by day: migrations/0014 and 0017. */
export class StatisticsProjection implements Projection {
  readonly name = 'statistics';
  readonly version = 3;
  readonly tables = ['statistics_days', 'statistics_runs'];
  readonly handles = STATUS_EVENTS;
  readonly gatherMs = 250;

  async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    const batch = events as readonly ReplayedEvent<GenerationEvent>[];
    const created = new Set(batch.filter(({ type }) => type === 'GenerationCreated').map(({ streamId }) => streamId));
    const older = new Set(batch.map(({ streamId }) => streamId).filter((id) => !created.has(id)));
    const runs = await loadRuns([...older], transaction);
    const known = new Set(runs.keys());
    const fold = new StatisticsFold(runs);
    for (const event of batch) fold.take(event);
    await addSums([...fold.sums.values()], transaction);
    await keepRuns(fold.runs, known, transaction);
  }
}
