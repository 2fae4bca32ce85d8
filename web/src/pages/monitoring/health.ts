import { ApiError } from '../../api.js';

export interface Health {
  readonly tone: 'ok' | 'bad' | 'muted';
  readonly words: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The names of the checks that are down, from what the readiness probe adds to its error. */
const failingChecks = (checks: unknown): readonly string[] =>
  isObject(checks)
    ? Object.entries(checks).flatMap(([name, check]) => (isObject(check) && check['status'] === 'down' ? [name] : []))
    : [];

/** What the readiness probe says, in the few words that stand at the top of the page: names only of what is wrong. */
export const healthOf = (error: Error | null, isAnswered: boolean): Health => {
  if (error === null)
    return isAnswered ? { tone: 'ok', words: 'All systems normal' } : { tone: 'muted', words: 'Checking' };
  if (!(error instanceof ApiError)) return { tone: 'bad', words: 'No connection' };
  const failing = failingChecks(error.details);
  return { tone: 'bad', words: failing.length === 0 ? 'Not ready' : `Not ready: ${failing.join(', ')}` };
};
