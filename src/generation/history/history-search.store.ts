import type { Pool } from 'pg';
import type { HistoryPlace } from './history-cursor.policy.js';
import type { HistoryFilter, HistoryWindow } from './history-filter.policy.js';
import { isOfSome } from './history-filter.policy.js';
import { Selection, type SpannedFilter } from './history-selection.store.js';
import { isShort, rarestTrigrams, trigramsOf } from './search-text.policy.js';

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

/** How many of the newest prompts are read. */
interface Reach {
  /** At first: what many prompts contain is found among them, and no index helps with that. */
  readonly first: number;
  /** At the most, for the page and for the count. */
  readonly most: number;
}

const REACH: Reach = { first: 5_000, most: 10_000 };
/** Of a user, a project and so on: each of these prompts lies on a page of its own. */
const REACH_OF_SOME: Reach = { first: 1_000, most: 5_000 };
/** Where the index cannot help. */
const REACH_OF_SHORT_TEXTS: Reach = { first: 5_000, most: 5_000 };

const reachOf = (filter: HistoryFilter, text: string): Reach => {
  if (isShort(text)) return REACH_OF_SHORT_TEXTS;
  return isOfSome(filter) ? REACH_OF_SOME : REACH;
};

/** Share of matches among the prompts that were read from which on the others are not gathered by the index: in a million runs there are some ten thousand. */
const FREQUENT = 0.01;
/** Fewest prompts of a further step. */
const STEP = 1_000;

interface FoundRow {
  readonly ids: readonly string[];
  readonly matches: number;
}

interface ReadRow extends FoundRow {
  readonly read: number;
  readonly lowest: string | null;
}

/** Which of the matches are wanted. */
interface Part {
  readonly offset: number;
  readonly limit: number;
}

const NONE: Part = { offset: 0, limit: 0 };

/** What is still wanted of older matches. */
const restOf = ({ offset, limit }: Part, { ids, matches }: Matches): Part => ({
  offset: Math.max(0, offset - matches),
  limit: Math.max(0, limit - ids.length),
});

/** Matches among a number of runs. */
interface Matches {
  /** Those that are wanted of them. */
  readonly ids: readonly number[];
  readonly matches: number;
}

/** What reading the newest prompts has found. */
interface Reading extends Matches {
  readonly read: number;
  /** The lowest id that was read; null where nothing is left below it. */
  readonly lowest: number | null;
}

const isFrequent = ({ matches, read }: Reading): boolean => matches >= read * FREQUENT;

/** What is known of a text after a page was looked for. */
interface Sought {
  readonly found: Found;
  readonly reading: Reading;
  /** Among all that are older than what was read; null where this was not needed for the page. */
  readonly older: Matches | null;
}

/** How common parts of prompts are, as the server's own statistics have it; rare ones are not among them. */
const SHARES = {
  name: 'history_trigram_shares',
  text: `select trigram, share from pg_stats s, unnest(s.most_common_elems::text::integer[], s.most_common_elem_freqs) as t (trigram, share)
          where s.schemaname = 'public' and s.tablename = 'history' and s.attname = 'trigrams' and trigram = any($1::integer[])`,
};

/** What is looked for, and how far. */
interface Search {
  readonly filter: SpannedFilter;
  readonly text: string;
  readonly reach: Reach;
}

/** Finds runs by what their prompts contain. */
export class HistorySearch {
  constructor(private readonly pool: Pool) {}

  /** @param most counted at the most */
  async slice(
    filter: SpannedFilter,
    text: string,
    window: HistoryWindow,
    most: number,
  ): Promise<{ readonly found: Found; readonly total: Total }> {
    const search: Search = { filter, text, reach: reachOf(filter, text) };
    if (window.before !== null) {
      const [{ found }, total] = await Promise.all([this.seek(search, window), this.countAll(search, most)]);
      return { found, total };
    }
    // What was read for the first page is the beginning of the count.
    const sought = await this.seek(search, window);
    return { found: sought.found, total: await this.count(search, sought, most) };
  }

  private async seek(search: Search, { limit, offset, before }: HistoryWindow): Promise<Sought> {
    // One more than the page, to know whether there is a next one.
    const wanted = { offset, limit: limit + 1 };
    const reading = await this.readFor(search, before, wanted);
    const { ids, lowest } = reading;
    const rest = restOf(wanted, reading);
    const older =
      lowest === null || isShort(search.text) || ids.length > limit ? null : await this.lookUp(search, lowest, rest);
    const all = [...ids, ...(older?.ids ?? [])];
    const page = all.slice(0, limit);
    const last = page.at(-1);
    const isMore = all.length > limit && last !== undefined;
    const onwards = isShort(search.text) && lowest !== null ? { before: lowest, skip: rest.offset } : null;
    return { found: { ids: page, next: isMore ? { before: last, skip: 0 } : onwards }, reading, older };
  }

  /** Reads until there is a page, enough was read, or what is left is better gathered by the index. */
  private async readFor(search: Search, before: number | null, wanted: Part): Promise<Reading> {
    const { first, most } = search.reach;
    let reading = await this.read(search, before, first, wanted);
    while (reading.lowest !== null && reading.ids.length < wanted.limit && isFrequent(reading) && reading.read < most)
      reading = await this.readMore(search, reading, wanted.offset + wanted.limit - reading.matches, wanted);
    return reading;
  }

  private async countAll(search: Search, most: number): Promise<Total> {
    return this.count(search, { reading: await this.read(search, null, search.reach.first, NONE), older: null }, most);
  }

  private async count(search: Search, { reading, older }: Omit<Sought, 'found'>, most: number): Promise<Total> {
    if (older !== null) return totalOf(reading.matches + older.matches, most);
    let known = reading;
    // The index gathers all matches before it knows that there are enough.
    while (known.lowest !== null && isFrequent(known) && known.matches <= most) {
      if (known.read >= search.reach.most) return { runs: known.matches, atLeast: true };
      known = await this.readMore(search, known, most + 1 - known.matches, NONE);
    }
    const { matches, lowest } = known;
    if (lowest === null || matches > most) return totalOf(matches, most);
    if (isShort(search.text)) return { runs: matches, atLeast: true };
    return totalOf(matches + (await this.lookUp(search, lowest, NONE)).matches, most);
  }

  /**
   * Reads on behind what was read.
   * @param missing matches; if all that is read matched, it would be enough, so that no prompt is read for nothing
   */
  private async readMore(search: Search, before: Reading, missing: number, wanted: Part): Promise<Reading> {
    const step = Math.min(Math.max(missing, STEP), search.reach.most - before.read);
    const more = await this.read(search, before.lowest, step, restOf(wanted, before));
    return {
      ids: [...before.ids, ...more.ids],
      matches: before.matches + more.matches,
      read: before.read + more.read,
      lowest: more.lowest,
    };
  }

  /** Reads the newest prompts below an id, `most` at the most. */
  private async read(
    { filter, text }: Search,
    before: number | null,
    most: number,
    { offset, limit }: Part,
  ): Promise<Reading> {
    const selection = new Selection(filter).olderThan(before);
    const found = `strpos(h.prompt, ${selection.parameter(text)}) > 0`;
    const newest = `${selection.sql} order by h.id desc limit ${String(most)}`;
    // An array knows no places beyond four bytes, and there are none that far.
    const [from, to] = [offset, offset + limit].map((place) => String(Math.min(place, most)));
    const { rows } = await this.pool.query<ReadRow>(
      `select coalesce((array_agg(id order by id desc) filter (where found))[${from} + 1:${to}], '{}') as ids,
              count(*) filter (where found)::int as matches, count(*)::int as read, min(id) as lowest
         from (select h.id, ${found} as found ${newest}) read`,
      selection.values,
    );
    const { ids = [], matches = 0, read = 0, lowest = null } = rows[0] ?? {};
    return { ids: ids.map(Number), matches, read, lowest: read < most || lowest === null ? null : Number(lowest) };
  }

  /** All matches that are older than a run, gathered by the index. */
  private async lookUp({ filter, text }: Search, before: number, { offset, limit }: Part): Promise<Matches> {
    const selection = new Selection(filter).olderThan(before);
    selection
      .and(`h.trigrams @> ${selection.parameter(rarestTrigrams(text, await this.sharesIn(text)))}::integer[]`)
      .and(`strpos(h.prompt, ${selection.parameter(text)}) > 0`);
    const { rows } = await this.pool.query<FoundRow>(
      // All of them and then the newest: to go along the ids until enough match reads everything for a text that is rare.
      `with found as materialized (select h.id ${selection.sql})
       select array(select id from found order by id desc limit ${String(limit)} offset ${String(offset)}) as ids, count(*)::int as matches from found`,
      selection.values,
    );
    const { ids = [], matches = 0 } = rows[0] ?? {};
    return { ids: ids.map(Number), matches };
  }

  private async sharesIn(text: string): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.pool.query<{ trigram: number; share: number }>({
      ...SHARES,
      values: [trigramsOf(text)],
    });
    return new Map(rows.map(({ trigram, share }) => [trigram, share]));
  }
}
