import { setTimeout as pause } from 'node:timers/promises';

/** One event of the console's stream as a client received it. */
export interface Heard {
  readonly position: number;
  readonly type: string;
  readonly runId: string;
}

const read = (block: string): Heard | null => {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, data] = [field('id'), field('data')];
  if (id === undefined || data === undefined) return null;
  const { type, run_id: runId } = JSON.parse(data) as { type: string; run_id: string };
  return { position: Number(id), type, runId };
};

/** Follows GET /api/events/stream as a browser does: a cut connection is made anew with the last id, a half event is dropped. */
export class ConsoleListener {
  readonly heard: Heard[] = [];
  connections = 0;
  private readonly stopping = new AbortController();
  private waiting: ((event: Heard) => void)[] = [];
  private readonly done: Promise<void>;

  constructor(private readonly origin: string) {
    this.done = this.listen();
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

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async listen(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.listenOnce();
      } catch {
        // Cut off; the last id says where to go on.
      }
      await pause(30);
    }
  }

  private async listenOnce(): Promise<void> {
    const last = this.heard.at(-1)?.position;
    const response = await fetch(`${this.origin}/api/events/stream`, {
      headers: { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': String(last) }) },
      signal: this.stopping.signal,
    });
    if (response.status !== 200 || !response.body) throw new Error(`The stream answered ${String(response.status)}`);
    this.connections += 1;
    const decoder = new TextDecoder();
    let buffer = '';
    for await (const chunk of response.body) {
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
