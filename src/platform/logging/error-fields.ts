/** Causes of an error that are told; a chain may lead back to its beginning. */
const MOST_CAUSES = 5;

/** An error with its stack, where it has one; unclean. */
export const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const causesOf = (error: Error): readonly unknown[] => {
  const causes: unknown[] = [];
  let next: unknown = error.cause;
  while (next !== undefined && next !== null && causes.length < MOST_CAUSES) {
    causes.push(next);
    next = next instanceof Error ? next.cause : null;
  }
  return causes;
};

/**
 * An error as it may stand in a log: its class, code, words and stack, and those of its causes. What else an error carries, such as the
 * row of a database error or the request of an HTTP error, holds what users sent.
 * @param clean takes out of a text what may not be told
 */
export const errorFields = (error: unknown, clean: (text: string) => string): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error, message: clean(String(error)) };
  const { code } = error as NodeJS.ErrnoException;
  const stack = [error, ...causesOf(error)].map(textOf).join('\ncaused by: ');
  return {
    type: error.name,
    message: clean(error.message),
    stack: clean(stack),
    ...(typeof code === 'string' && { code }),
  };
};
