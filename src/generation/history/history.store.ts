import { Injectable } from '@nestjs/common';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { Subscriptions } from '../../eventsourcing/subscriptions.js';
import type { Mode } from '../generation.events.js';
import type { Status } from '../status/generation.queries.js';
import { artifactUrl } from '../status/generation-view.policy.js';
import type { HistoryPlace } from './history-cursor.policy.js';
import { countedRuns, type HistoryFilter, type HistoryWindow } from './history-filter.policy.js';
import type { HistoryEntry } from './history.dto.js';
import { CountRuns, ListNewestRuns } from './history.queries.js';
import { HistorySearch, totalOf, type Found, type Total } from './history-search.store.js';
import { Selection, spanned, type SpannedFilter } from './history-selection.store.js';

/** Up to here matches are counted one by one; a count of a million takes a second. */
const COUNTED_UP_TO = 10_000;

export interface HistorySlice {
  readonly entries: readonly HistoryEntry[];
  /** Where the next page begins; null where there is none. */
  readonly next: HistoryPlace | null;
  readonly total: Total;
}

interface EntryRow {
  readonly id: string;
  readonly run_id: string;
  readonly prompt: string;
  readonly mode: Mode;
  readonly type: string;
  readonly status: Status;
  readonly artifact_id: string | null;
  readonly quality_score: number | null;
  readonly generation_time: number | null;
  readonly attempt: number;
  readonly cached: boolean;
  readonly created_at: Date;
  readonly completed_at: Date | null;
}

const COLUMNS = `id, run_id, prompt, mode, type, status, artifacts -> 0 ->> 'id' as artifact_id, quality_score, generation_time, attempt, cached,
                created_at, completed_at`;
const ENTRIES = {
  name: 'history_entries',
  text: `select ${COLUMNS} from generations where id = any($1::bigint[]) order by id desc`,
};
const NEWEST = { name: 'history_newest', text: `select ${COLUMNS} from generations order by id desc limit $1` };

const toEntry = ({ artifact_id: artifact, attempt, ...row }: EntryRow): HistoryEntry => ({
  id: Number(row.id),
  run_id: row.run_id,
  prompt: row.prompt,
  mode: row.mode,
  type: row.type,
  status: row.status,
  result_url: artifact === null ? null : artifactUrl(artifact),
  quality_score: row.quality_score,
  generation_time: row.generation_time,
  retry_count: attempt - 1,
  cached: row.cached,
  created_at: row.created_at.toISOString(),
  completed_at: row.completed_at?.toISOString() ?? null,
});

/** The runs that there are, newest first: found through the projection `history`, shown as their own rows have them. */
@Injectable()
export class History {
  private readonly search: HistorySearch;

  constructor(
    private readonly pool: Pool,
    private readonly queries: QueryBus,
    private readonly subscriptions: Subscriptions,
  ) {
    this.search = new HistorySearch(pool);
  }

  async slice(filter: HistoryFilter, window: HistoryWindow): Promise<HistorySlice> {
    const isCaughtUp = await this.subscriptions.caughtUp('history');
    const runs = await spanned(this.pool, filter);
    const { found, total } =
      runs.text === null
        ? await this.byFields(runs, window)
        : await this.search.slice(runs, runs.text, window, COUNTED_UP_TO);
    const { rows } = await this.pool.query<EntryRow>({ ...ENTRIES, values: [found.ids] });
    const entries = rows.map(toEntry);
    return { entries, next: found.next, total: isCaughtUp ? total : { ...total, atLeast: true } };
  }

  private async byFields(
    filter: SpannedFilter,
    window: HistoryWindow,
  ): Promise<{ readonly found: Found; readonly total: Total }> {
    const [found, total] = await Promise.all([this.findByFields(filter, window), this.count(filter)]);
    return { found, total };
  }

  private async findByFields(filter: SpannedFilter, { limit, offset, before }: HistoryWindow): Promise<Found> {
    const selection = new Selection(filter).olderThan(before);
    const { rows } = await this.pool.query<{ id: string }>(
      `select h.id ${selection.sql} order by h.id desc limit ${String(limit + 1)} offset ${String(offset)}`,
      selection.values,
    );
    const ids = rows.slice(0, limit).map(({ id }) => Number(id));
    const last = ids.at(-1);
    return { ids, next: rows.length > limit && last !== undefined ? { before: last, skip: 0 } : null };
  }

  private async count(filter: SpannedFilter): Promise<Total> {
    const counted = countedRuns(filter);
    if (counted !== null && (await this.subscriptions.caughtUp('statistics')))
      return { runs: await this.queries.execute(new CountRuns(counted)), atLeast: false };
    const selection = new Selection(filter);
    const { rows } = await this.pool.query<{ runs: number }>(
      `select count(*)::int as runs from (select ${selection.sql} limit ${String(COUNTED_UP_TO + 1)}) m`,
      selection.values,
    );
    return totalOf(rows[0]?.runs ?? 0, COUNTED_UP_TO);
  }
}

@QueryHandler(ListNewestRuns)
export class ListNewestRunsHandler implements IQueryHandler<ListNewestRuns> {
  constructor(private readonly pool: Pool) {}

  async execute({ limit }: ListNewestRuns): Promise<readonly HistoryEntry[]> {
    const { rows } = await this.pool.query<EntryRow>({ ...NEWEST, values: [limit] });
    return rows.map(toEntry);
  }
}
