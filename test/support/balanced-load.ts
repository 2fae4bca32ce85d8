import { setTimeout as pause } from 'node:timers/promises';
import { DarkroomApi } from './darkroom-api.js';
import { until } from './until.js';

const BODY = { prompt: 'a lighthouse at night', width: 256, height: 256, use_cache: false };
/** How often a backend is asked whether it is ready, milliseconds. */
const LOOK_MS = 100;

/** Clients that send requests to those APIs that said that they are ready when they were asked last, as a load balancer does. */
export class BalancedLoad {
  /** Requests that were not answered as they should be, each with what came instead. */
  readonly failed: string[] = [];
  readonly runIds: string[] = [];
  private readonly ready = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>[] = [];
  private turn = 0;

  constructor(
    private readonly origins: readonly string[],
    clients: number,
  ) {
    for (const origin of origins) this.work.push(this.watch(origin));
    for (let client = 0; client < clients; client += 1) this.work.push(this.send());
  }

  get answered(): number {
    return this.runIds.length;
  }

  /** Waits until so many more requests have been answered. */
  async more(count: number): Promise<void> {
    const enough = this.answered + count;
    await until(`${String(count)} more are answered`, () => this.answered >= enough || this.failed.length > 0, 60_000);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.work);
  }

  private async watch(origin: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const status = await new DarkroomApi(origin).get('/health/ready').then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) this.ready.add(origin);
      else this.ready.delete(origin);
      await pause(LOOK_MS);
    }
  }

  private async send(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const backends = this.origins.filter((origin) => this.ready.has(origin));
      const origin = backends[this.turn++ % Math.max(1, backends.length)];
      if (origin === undefined) await pause(LOOK_MS);
      else await this.ask(new DarkroomApi(origin));
    }
  }

  /** One run that is waited for, and a look at it. */
  private async ask(api: DarkroomApi): Promise<void> {
    try {
      const made = await api.post<{ run_id: string }>('/api/generate', { ...BODY, model: 'simulator/ok' });
      if (made.status !== 200 && made.status !== 202)
        this.failed.push(`POST ${String(made.status)} ${made.bytes.toString()}`);
      const seen = await api.get(`/api/status/${made.body.run_id}`);
      if (seen.status !== 200) this.failed.push(`GET ${String(seen.status)} ${seen.bytes.toString()}`);
      this.runIds.push(made.body.run_id);
    } catch (error) {
      this.failed.push(`${api.origin}: ${String(error)}`);
    }
  }
}
