import { RequestInvalid } from '../../platform/http/http.errors.js';
import type { Status } from '../status/generation.queries.js';
import type { CountedDays, CountedProperty, CountedRuns } from './history.queries.js';
import { placeOfCursor } from './history-cursor.policy.js';
import type { HistoryQuery } from './history.dto.js';
import { searchText } from './search-text.policy.js';

/** Which runs are listed; null for whatever does not matter. */
export interface HistoryFilter {
  readonly userId: number | null;
  readonly projectId: number | null;
  readonly status: Status | null;
  readonly type: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly preset: string | null;
  /** As prompts are stored for the search. */
  readonly text: string | null;
  /** Created at or after it. */
  readonly from: Date | null;
  /** Created at or before it. */
  readonly to: Date | null;
}

/** Which part of the list is answered. */
export interface HistoryWindow {
  readonly limit: number;
  /** Matches to pass over; some may be left to pass over behind a cursor too. */
  readonly offset: number;
  /** Only runs with a lower id. */
  readonly before: number | null;
}

export const DEFAULT_LIMIT = 50;

const A_DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
const LAST_MS_OF_A_DAY = DAY_MS - 1;

const issue = (field: string, msg: string): { loc: string[]; msg: string; type: string } => ({
  loc: ['query', field],
  msg,
  type: 'value_error',
});

/** @throws RequestInvalid for a cursor that was never given out, and for one beside an offset */
export const windowOf = ({ limit, offset, cursor }: HistoryQuery): HistoryWindow => {
  const place = cursor === undefined ? null : placeOfCursor(cursor);
  const issues = [
    ...(cursor !== undefined && place === null ? [issue('cursor', 'cursor is none that an answer gave')] : []),
    ...(cursor !== undefined && offset !== undefined ? [issue('offset', 'offset and cursor exclude each other')] : []),
  ];
  if (issues.length > 0) throw new RequestInvalid(issues);
  const { before, skip } = place ?? { before: null, skip: 0 };
  return { limit: limit ?? DEFAULT_LIMIT, offset: offset ?? skip, before };
};

const orNull = <T>(value: T | undefined): T | null => value ?? null;

/**
 * @param writtenTo `to` as the caller wrote it: a date without a time means its whole day
 * @throws RequestInvalid where no time can lie between `from` and `to`
 */
export const filterOf = (query: HistoryQuery, writtenTo: string): HistoryFilter => {
  const from = query.from ?? null;
  const to =
    query.to === undefined ? null : new Date(query.to.getTime() + (A_DAY.test(writtenTo) ? LAST_MS_OF_A_DAY : 0));
  if (from !== null && to !== null && from > to) throw new RequestInvalid([issue('to', 'to lies before from')]);
  return {
    userId: orNull(query.user_id),
    projectId: orNull(query.project_id),
    status: orNull(query.status),
    type: orNull(query.type),
    provider: orNull(query.provider),
    model: orNull(query.model),
    preset: orNull(query.preset),
    text: query.q === undefined ? null : searchText(query.q),
    from,
    to,
  };
};

const COUNTED: readonly CountedProperty[] = ['status', 'type', 'provider', 'model', 'preset'];

/** Whether the runs have something in common that others lack, but for their time and their prompts. */
export const isOfSome = (filter: HistoryFilter): boolean =>
  filter.userId !== null || filter.projectId !== null || COUNTED.some((property) => filter[property] !== null);

/** Null for a moment that is not the end of a day, and for a year that takes more than four digits. */
const dayUntil = (end: number): string | null => {
  if (end % DAY_MS !== 0) return null;
  return /^\d{4}-\d{2}-\d{2}(?=T)/.exec(new Date(end - 1).toISOString())?.[0] ?? null;
};

/** The days from the first to the last millisecond of which a filter goes; null where it begins or ends within one. */
const wholeDays = ({ from, to }: HistoryFilter): CountedDays | null => {
  const first = from && dayUntil(from.getTime() + DAY_MS);
  const last = to && dayUntil(to.getTime() + 1);
  const isWhole = (first === null) === (from === null) && (last === null) === (to === null);
  return isWhole ? { first, last } : null;
};

/** The same runs in the words of the statistics' sums; null where these do not tell runs apart that finely. */
export const countedRuns = (filter: HistoryFilter): CountedRuns | null => {
  const days = wholeDays(filter);
  if (filter.text !== null || days === null) return null;
  const having = COUNTED.flatMap((property) => {
    const value = filter[property];
    return value === null ? [] : [{ property, value }];
  });
  const { userId, projectId } = filter;
  return having.length > 1 ? null : { userId, projectId, days, having: having[0] ?? null };
};
