/** The opaque name of a place in the history: behind the run with this id. */
export const cursorOf = (id: number): string => Buffer.from(String(id)).toString('base64url');

/** @returns null for what `cursorOf` has never made */
export const idOfCursor = (cursor: string): number | null => {
  const text = Buffer.from(cursor, 'base64url').toString();
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) && cursorOf(id) === cursor ? id : null;
};
