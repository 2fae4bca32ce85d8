import type { Pool } from 'pg';
import type { HistoryFilter, HistoryWindow } from './history-filter.policy.js';
import { Selection } from './history-selection.store.js';
import { isShort, trigramsOf } from './search-text.policy.js';

export interface Found {
  /** Newest first. */
  readonly ids: readonly number[];
  /** The next page begins behind this id; null where there is none. */
  readonly next: number | null;
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
/** So many matches among these, and the rest is not counted: in a million runs there are some ten thousand. */
const FREQUENT = 50;
/** Newest runs whose prompts are read where the index cannot help. */
const READ_FOR_SHORT_TEXTS = 20_000;
/** Characters of a text that are looked up in the index; the rest is compared. */
const LOOKED_UP = 40;

interface ReadRow {
  readonly ids: readonly string[];
  readonly read: number;
  readonly lowest: string | null;
}

/** What reading the newest prompts has found. */
interface Reading {
  readonly ids: readonly number[];
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
    const wanted = offset + limit + 1;
    const most = isShort(text) ? READ_FOR_SHORT_TEXTS : READ;
    const { ids, lowest } = await this.read(new Selection(filter).olderThan(before), text, { most, wanted });
    const missing = wanted - ids.length;
    const older = missing > 0 && lowest !== null && !isShort(text);
    const all = older ? [...ids, ...(await this.lookUp(new Selection(filter).olderThan(lowest), text, missing))] : ids;
    const page = all.slice(offset, offset + limit);
    if (all.length === wanted) return { ids: page, next: page.at(-1) ?? null };
    return { ids: page, next: isShort(text) ? lowest : null };
  }

  /** @param most counted at the most */
  async count(filter: HistoryFilter, text: string, most: number): Promise<Total> {
    const read = isShort(text) ? READ_FOR_SHORT_TEXTS : READ;
    const { ids, lowest } = await this.read(new Selection(filter), text, { most: read, wanted: read });
    // The index gathers all matches before it knows that there are enough.
    if (lowest === null || isShort(text) || ids.length >= FREQUENT)
      return { runs: ids.length, atLeast: lowest !== null };
    const selection = indexed(new Selection(filter), text);
    const { rows } = await this.pool.query<{ runs: number }>(
      `select count(*)::int as runs from (select ${selection.sql} limit ${String(most + 1)}) m`,
      selection.values,
    );
    return totalOf(rows[0]?.runs ?? 0, most);
  }

  /** Reads the newest prompts of a selection, `most` at the most, until `wanted` of them contain the text. */
  private async read(
    selection: Selection,
    text: string,
    { most, wanted }: { readonly most: number; readonly wanted: number },
  ): Promise<Reading> {
    const { rows } = await this.pool.query<ReadRow>(
      `with read as materialized (select h.id, h.prompt ${selection.sql} order by h.id desc limit ${String(most)})
       select array(select id from read where strpos(prompt, ${selection.parameter(text)}) > 0 order by id desc limit ${String(wanted)}) as ids,
              count(*)::int as read, min(id) as lowest from read`,
      selection.values,
    );
    const { ids = [], read = 0, lowest = null } = rows[0] ?? {};
    return { ids: ids.map(Number), lowest: read < most || lowest === null ? null : Number(lowest) };
  }

  private async lookUp(selection: Selection, text: string, wanted: number): Promise<number[]> {
    const { sql, values } = indexed(selection, text);
    const { rows } = await this.pool.query<{ id: string }>(
      // By a sum and not by the column: to go along the ids until enough match reads everything for a text that is rare.
      `select h.id ${sql} order by h.id + 0 desc limit ${String(wanted)}`,
      values,
    );
    return rows.map(({ id }) => Number(id));
  }
}
