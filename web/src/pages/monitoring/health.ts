import { ApiError } from '../../api.js';

export interface Health {
  readonly tone: 'ok' | 'wait' | 'bad' | 'muted';
  readonly words: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The names of the checks that are down, from what the readiness probe adds to its error. */
const failingChecks = (checks: unknown): readonly string[] =>
  isObject(checks)
    ? Object.entries(checks).flatMap(([name, check]) => (isObject(check) && check['status'] === 'down' ? [name] : []))
    : [];

interface Heard {
  /** Of the readiness probe; null where it said yes or nothing yet. */
  readonly error: Error | null;
  /** What the health of the monitoring says; undefined before its first answer. */
  readonly status: 'healthy' | 'degraded' | undefined;
}

/** The few words that stand at the top of the page: names only of what is wrong. */
export const healthOf = ({ error, status }: Heard): Health => {
  if (error instanceof ApiError) {
    const failing = failingChecks(error.details);
    return { tone: 'bad', words: failing.length === 0 ? 'Not ready' : `Not ready: ${failing.join(', ')}` };
  }
  if (error !== null) return { tone: 'bad', words: 'No connection' };
  if (status === undefined) return { tone: 'muted', words: 'Checking' };
  return status === 'healthy'
    ? { tone: 'ok', words: 'All systems normal' }
    : { tone: 'wait', words: 'Degraded: figures may be behind' };
};
