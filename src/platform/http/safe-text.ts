const LONE_SURROGATE = /\p{Surrogate}/gu;

/** What PostgreSQL's `text` and UTF-8 cannot hold: a NUL character, half of a surrogate pair; null where there is neither. */
export const unsafeText = (text: string): string | null => {
  if (text.includes('\0')) return 'contains the character U+0000';
  return text.search(LONE_SURROGATE) === -1 ? null : 'contains half of a surrogate pair';
};

/** At most `length` characters of a text that a caller sent, fit to stand in an answer or in a log line. */
export const cut = (text: string, length = 100): string => {
  const kept = text.length > length ? `${text.slice(0, length)}…` : text;
  return kept.replace(LONE_SURROGATE, '\ufffd').replace(/\p{Cc}/gu, ' ');
};

/** A JSON value in an error message: bare if it is a string, cut to about 100 characters. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value) && value.length > 50) return `a list of ${String(value.length)}`;
  return value === undefined ? 'nothing' : cut(JSON.stringify(value));
};
