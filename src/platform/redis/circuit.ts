import { setImmediate as nextTurn } from 'node:timers/promises';

/** Redis does not answer, or not in time. Nothing that must happen hangs on it. */
export class RedisAway extends Error {
  override readonly name = 'RedisAway';
  readonly code = 'redis_away';
}

/** How long nobody asks after a failure, in milliseconds; then one caller tries for all. */
const REST_MS = 1_000;

/** What a server says that is there and cannot serve. */
const CANNOT_SERVE = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOAUTH|WRONGPASS|NOREPLICAS)/;

/** Anything but a server's own verdict on a command is a connection's trouble. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof Error) || error.name !== 'ReplyError' || CANNOT_SERVE.test(error.message);

const inTime = async <T>(answer: Promise<T>, withinMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A busy process may have the answer in its socket and not have read it.
      void nextTurn().then(() => {
        reject(new RedisAway(`No answer within ${String(withinMs)} ms`));
      });
    }, withinMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A time box for whatever asks Redis. After a failure everybody is refused at once for a second, so that callers of a server that hangs do not
 * pile up; then a single one tries, and its answer is everybody's.
 */
export class Circuit {
  private failing = false;
  private nextTryAt = 0;

  /** @param onChange told when Redis is away, with the reason, and when it is back, with null */
  constructor(private readonly onChange: (reason: string | null) => void) {}

  /** @throws RedisAway; whatever else the work throws is the work's own */
  async run<T>(ask: () => Promise<T>, withinMs: number): Promise<T> {
    if (this.failing) {
      if (performance.now() < this.nextTryAt) throw new RedisAway('Redis did not answer a moment ago');
      this.rest();
    }
    try {
      const answer = await inTime(ask(), withinMs);
      this.recover();
      return answer;
    } catch (error) {
      if (!isOutage(error)) {
        this.recover();
        throw error;
      }
      this.fail(error);
      throw new RedisAway('Redis does not answer', { cause: error });
    }
  }

  private rest(): void {
    this.nextTryAt = performance.now() + REST_MS;
  }

  private fail(error: unknown): void {
    this.rest();
    if (this.failing) return;
    this.failing = true;
    this.onChange(String(error));
  }

  private recover(): void {
    if (!this.failing) return;
    this.failing = false;
    this.onChange(null);
  }
}
