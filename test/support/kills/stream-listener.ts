import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.js';

/** One event of a stream as a client received it. */
export interface Heard {
  /** The place in the log, or in its run where the stream is a run's. */
  readonly id: number;
  readonly type: string;
  readonly runId: string;
}

interface Followed {
  /** The servers that it may be asked of, one after the other as chance wills. */
  readonly origins: readonly string[];
  readonly path: string;
  readonly random: Random;
  /** Milliseconds after which it hangs up, to come again with its last id; without them only the server does. */
  readonly patience?: readonly [number, number];
}

const AGAIN_MS = 30;
/** A run that has ended may be asked for again. */
const AGAIN_AFTER_END_MS = 300;

const read = (block: string): Heard | null => {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, data] = [field('id'), field('data')];
  if (id === undefined || data === undefined) return null;
  const { type, run_id: runId } = JSON.parse(data) as { type: string; run_id: string };
  return { id: Number(id), type, runId };
};

/** Follows a stream of events as a browser does: a cut connection is made anew with the last id, a half event is dropped. */
export class StreamListener {
  readonly heard: Heard[] = [];
  connections = 0;
  /** Connections that this side closed. */
  hangUps = 0;
  private readonly stopping = new AbortController();
  private waiting: ((event: Heard) => void)[] = [];
  private onEnd: () => void = () => undefined;
  private readonly done: Promise<void>;

  constructor(private readonly followed: Followed) {
    this.done = this.listen();
  }

  get lastId(): number {
    return this.heard.at(-1)?.id ?? 0;
  }

  /** Resolves at the next event of one of the types, or after `ms`. @returns whether one came */
  next(types: readonly string[], ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (came: boolean): void => {
        clearTimeout(timer);
        this.waiting = this.waiting.filter((each) => each !== look);
        resolve(came);
      };
      const look = (event: Heard): void => {
        if (types.includes(event.type)) settle(true);
      };
      const timer = setTimeout(() => {
        settle(false);
      }, ms);
      this.waiting.push(look);
    });
  }

  /** Resolves when a server says from now on that nothing more will come, or after `ms`. */
  async untilOver(ms: number): Promise<void> {
    const limit = new AbortController();
    const ended = new Promise<void>((resolve) => {
      this.onEnd = resolve;
    });
    await Promise.race([ended, pause(ms, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async listen(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Where it was cut off, the last id says where to go on.
      const how = await this.listenOnce().catch(() => 'cut');
      if (how === 'over') this.onEnd();
      await pause(how === 'over' ? AGAIN_AFTER_END_MS : AGAIN_MS);
    }
  }

  private async listenOnce(): Promise<'over' | 'cut'> {
    const { origins, path, random, patience } = this.followed;
    const hangUp = new AbortController();
    const timer =
      patience &&
      setTimeout(
        () => {
          this.hangUps += 1;
          hangUp.abort();
        },
        random.whole(...patience),
      );
    try {
      const response = await fetch(`${random.pick(origins)}${path}`, {
        headers: { accept: 'text/event-stream', ...(this.lastId > 0 && { 'last-event-id': String(this.lastId) }) },
        signal: AbortSignal.any([this.stopping.signal, hangUp.signal]),
      });
      if (response.status === 204) return 'over';
      if (response.status !== 200 || !response.body) throw new Error(`The stream answered ${String(response.status)}`);
      this.connections += 1;
      await this.readAll(response.body);
      return 'cut';
    } finally {
      clearTimeout(timer);
    }
  }

  private async readAll(body: AsyncIterable<unknown>): Promise<void> {
    const decoder = new TextDecoder();
    let buffer = '';
    for await (const chunk of body) {
      buffer += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = buffer.split('\n\n');
      buffer = blocks.pop() ?? '';
      for (const block of blocks) this.take(read(block));
    }
  }

  private take(event: Heard | null): void {
    if (!event) return;
    this.heard.push(event);
    for (const look of [...this.waiting]) look(event);
  }
}
