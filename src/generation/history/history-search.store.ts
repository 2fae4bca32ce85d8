import type { Pool } from 'pg';
import type { HistoryPlace } from './history-cursor.policy.js';
import type { HistoryFilter, HistoryWindow } from './history-filter.policy.js';
import { Selection } from './history-selection.store.js';
import { isShort, trigramsOf } from './search-text.policy.js';

export interface Found {
  /** Newest first. */
  readonly ids: readonly number[];
  /** Where the next page begins; null where there is none. */
  readonly next: HistoryPlace | null;
}

export interface Total {
  readonly runs: number;
  /** Whether there may be more. */
  readonly atLeast: boolean;
}

/** @param runs counted up to one more than `most` */
export const totalOf = (runs: number, most: number): Total => ({ runs: Math.min(runs, most), atLeast: runs > most });

/** Newest runs whose prompts are simply read: what many prompts contain is found among them, and no index helps with that. */
const READ = 5_000;
/** So many matches among these, and the others are not gathered by the index: in a million runs there are some ten thousand. */
const FREQUENT = 50;
/** Newest runs whose prompts are read to count matches that the index does not count. */
const COUNTED_IN = 50_000;
/** Fewest prompts of a further step of counting. */
const STEP = 1_000;
/** Newest runs whose prompts are read where the index cannot help. */
const READ_FOR_SHORT_TEXTS = 20_000;
/** Characters of a text that are looked up in the index; the rest is compared. */
const LOOKED_UP = 40;

interface ReadRow {
  readonly ids: readonly string[];
  readonly matches: number;
  readonly read: number;
  readonly lowest: string | null;
}

/** Which of the matches are wanted. */
interface Part {
  readonly offset: number;
  readonly limit: number;
}

const NONE: Part = { offset: 0, limit: 0 };

/** How far a count has come. */
interface Counting {
  readonly most: number;
  readonly read: number;
  readonly matches: number;
  readonly lowest: number;
}

/** What reading the newest prompts has found. */
interface Reading {
  /** Those that are wanted of the matches. */
  readonly ids: readonly number[];
  readonly matches: number;
  /** The lowest id that was read; null where nothing is left below it. */
  readonly lowest: number | null;
}

/** Whether a prompt contains the text, as the index of prompts can answer it. */
const indexed = (selection: Selection, text: string): Selection => {
  const looked = selection.parameter(trigramsOf([...text].slice(0, LOOKED_UP).join('')));
  return selection.and(`h.trigrams @> ${looked}::integer[]`).and(`strpos(h.prompt, ${selection.parameter(text)}) > 0`);
};

/** Finds runs by what their prompts contain. */
export class HistorySearch {
  constructor(private readonly pool: Pool) {}

  async find(filter: HistoryFilter, text: string, { limit, offset, before }: HistoryWindow): Promise<Found> {
    // One more than the page, to know whether there is a next one.
    const wanted = { offset, limit: limit + 1 };
    const most = isShort(text) ? READ_FOR_SHORT_TEXTS : READ;
    const { ids, matches, lowest } = await this.read(new Selection(filter).olderThan(before), text, most, wanted);
    const skip = Math.max(0, offset - matches);
    const all =
      lowest === null || isShort(text) || ids.length > limit
        ? ids
        : [...ids, ...(await this.lookUp(filter, text, lowest, { offset: skip, limit: limit + 1 - ids.length }))];
    const page = all.slice(0, limit);
    const last = page.at(-1);
    if (all.length > limit && last !== undefined) return { ids: page, next: { before: last, skip: 0 } };
    return { ids: page, next: isShort(text) && lowest !== null ? { before: lowest, skip } : null };
  }

  /** @param most counted at the most */
  async count(filter: HistoryFilter, text: string, most: number): Promise<Total> {
    const first = isShort(text) ? READ_FOR_SHORT_TEXTS : READ;
    const { matches, lowest } = await this.read(new Selection(filter), text, first, NONE);
    if (lowest === null) return totalOf(matches, most);
    // The index gathers all matches before it knows that there are enough.
    if (isShort(text) || matches >= FREQUENT) return this.readOn(filter, text, { most, read: first, matches, lowest });
    const selection = indexed(new Selection(filter), text);
    const { rows } = await this.pool.query<{ runs: number }>(
      `select count(*)::int as runs from (select ${selection.sql} limit ${String(most + 1)}) m`,
      selection.values,
    );
    return totalOf(rows[0]?.runs ?? 0, most);
  }

  /** Counts on by reading, until there are enough matches, enough was read or nothing is left. */
  private async readOn(filter: HistoryFilter, text: string, counting: Counting): Promise<Total> {
    const { most } = counting;
    let { read, matches } = counting;
    for (let before: number | null = counting.lowest; before !== null;) {
      const missing = most + 1 - matches;
      if (missing <= 0 || read >= COUNTED_IN) return { runs: Math.min(matches, most), atLeast: true };
      // If all of them matched, it would be enough: no prompt is read for nothing.
      const step = Math.min(Math.max(missing, STEP), COUNTED_IN - read);
      const reading: Reading = await this.read(new Selection(filter).olderThan(before), text, step, NONE);
      read += step;
      matches += reading.matches;
      before = reading.lowest;
    }
    return totalOf(matches, most);
  }

  /** Reads the newest prompts of a selection, `most` at the most. */
  private async read(selection: Selection, text: string, most: number, { offset, limit }: Part): Promise<Reading> {
    const { rows } = await this.pool.query<ReadRow>(
      `with read as materialized (
         select h.id, strpos(h.prompt, ${selection.parameter(text)}) > 0 as found ${selection.sql} order by h.id desc limit ${String(most)})
       select array(select id from read where found order by id desc limit ${String(limit)} offset ${String(offset)}) as ids,
              count(*) filter (where found)::int as matches, count(*)::int as read, min(id) as lowest from read`,
      selection.values,
    );
    const { ids = [], matches = 0, read = 0, lowest = null } = rows[0] ?? {};
    return { ids: ids.map(Number), matches, lowest: read < most || lowest === null ? null : Number(lowest) };
  }

  /** Matches that are older than a run. */
  private async lookUp(
    filter: HistoryFilter,
    text: string,
    before: number,
    { offset, limit }: Part,
  ): Promise<number[]> {
    const { sql, values } = indexed(new Selection(filter).olderThan(before), text);
    const { rows } = await this.pool.query<{ id: string }>(
      // By a sum and not by the column: to go along the ids until enough match reads everything for a text that is rare.
      `select h.id ${sql} order by h.id + 0 desc limit ${String(limit)} offset ${String(offset)}`,
      values,
    );
    return rows.map(({ id }) => Number(id));
  }
}
