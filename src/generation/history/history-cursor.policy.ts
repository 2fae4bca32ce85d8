/** A place in the history, from which a page begins. */
export interface HistoryPlace {
  /** Only runs with a lower id. */
  readonly before: number;
  /** So many matches among these are passed over. */
  readonly skip: number;
}

/** The opaque name of a place. */
export const cursorOf = ({ before, skip }: HistoryPlace): string =>
  Buffer.from(skip === 0 ? String(before) : `${String(before)}+${String(skip)}`).toString('base64url');

/** @returns null for what `cursorOf` has never made */
export const placeOfCursor = (cursor: string): HistoryPlace | null => {
  const [, before, skip = '0'] =
    /^([1-9]\d{0,15})(?:\+([1-9]\d{0,15}))?$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const place = { before: Number(before), skip: Number(skip) };
  const isPlace = Object.values(place).every(Number.isSafeInteger) && cursorOf(place) === cursor;
  return isPlace ? place : null;
};
