/** Shorter ones are words of every line. */
const SHORTEST = 4;
const MOST = 10_000;

/** The texts of a parsed body, at most ten thousand, in no order: what an error's own words must not repeat in a log. */
export const sentTexts = (body: unknown): readonly string[] => {
  const texts: string[] = [];
  const pending: unknown[] = [body];
  for (let next = pending.pop(); next !== undefined && texts.length < MOST; next = pending.pop()) {
    if (typeof next === 'string' && next.length >= SHORTEST) texts.push(next);
    // undefined would end the loop, and JSON has none.
    if (typeof next === 'object' && next !== null)
      pending.push(...Object.values(next as Record<string, unknown>).filter((each) => each !== undefined));
  }
  return texts;
};
