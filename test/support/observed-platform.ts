import { ERROR_CATEGORIES } from '../../src/providers/image-provider.port.js';
import { AlertReceiver } from './alert-receiver.js';
import { Alertmanager } from './alertmanager.js';
import { DarkroomApi } from './darkroom-api.js';
import type { DarkroomProcess } from './darkroom-process.js';
import { Deployment, order } from './deployment.js';
import { EventSourceReader } from './event-source.js';
import { pictureOf } from './pictures.js';
import { Exporters } from './exporters.js';
import { isOnPath } from './program.js';
import { Prometheus } from './prometheus.js';
import { RedisServer } from './redis-server.js';
import { TraceReceiver } from './trace-receiver.js';
import { until } from './until.js';

/** The trace that one request of the load belongs to. */
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Every role as a process of its own, under load and with faults, watched by a real Prometheus that tells a real Alertmanager. */
export class ObservedPlatform {
  private readonly aborted = new AbortController();
  private ambient: Promise<void> = Promise.resolve();
  private stream: EventSourceReader | null = null;

  private constructor(
    private readonly deployment: Deployment,
    private readonly redis: RedisServer | null,
    readonly watch: {
      readonly receiver: AlertReceiver;
      readonly alertmanager: Alertmanager;
      readonly prometheus: Prometheus;
      readonly traces: TraceReceiver;
      readonly exporters: Exporters;
    },
    private readonly processes: { readonly api: DarkroomProcess; readonly workers: readonly DarkroomProcess[] },
  ) {}

  static async start(): Promise<ObservedPlatform> {
    const deployment = await Deployment.open();
    const redis = isOnPath('redis-server') ? await RedisServer.start() : null;
    const traces = await TraceReceiver.start();
    const env = { RETRY_BASE_SECONDS: '0.2', ...traces.env, ...(redis && { REDIS_URL: redis.url }) };
    const [api, projector, ...workers] = await Promise.all([
      deployment.start('api', env),
      deployment.start('projector', env),
      deployment.start('worker', env),
      deployment.start('worker', env),
    ]);
    const receiver = await AlertReceiver.start();
    const alertmanager = await Alertmanager.start(receiver.url);
    const exporters = await Exporters.start({ database: deployment.databaseUrl, redis: redis?.url ?? null });
    const prometheus = await Prometheus.start({
      others: exporters.targets,
      targets: [api, projector, ...workers].map(({ opsUrl }) => new URL(opsUrl).host),
      alertmanager: alertmanager.address,
    });
    // What is counted before the first scrape has not risen for Prometheus, which begins to scrape some seconds after its start.
    const scraped = 'count(count by (instance) (darkroom_jobs_finished_total))';
    const all = String(2 + workers.length);
    await until(
      'every process was scraped',
      async () => (await prometheus.query(scraped))[0]?.values[0]?.[1] === all,
      60_000,
    );
    const watch = { receiver, alertmanager, prometheus, traces, exporters };
    return new ObservedPlatform(deployment, redis, watch, { api, workers });
  }

  /** Everything that dashboards show, at least once; and something all the while until the end. */
  async load(): Promise<void> {
    const { url } = this.processes.api;
    this.ambient = this.goOn();
    this.stream = await EventSourceReader.open(`${url}/api/events/stream`);
    await this.fail();
    await this.useTheCache();
    await this.upload();
    await new DarkroomApi(url).post(
      '/api/generate',
      { prompt: 'a traced lighthouse', model: 'simulator/ok', width: 256, height: 256, use_cache: false },
      { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` },
    );
    for (const path of ['/api/generate/4711', '/no/such/path', '/api/models']) await fetch(`${url}${path}`);
    const { runId } = await order(url, 'simulator/slow-30s');
    const followed = await EventSourceReader.open(`${url}/api/status/stream/${runId}`);
    await fetch(`${url}/api/generate/${runId}/cancel`, { method: 'POST' });
    await followed.end();
    await this.killAWorker();
  }

  /** Ends every worker, so that none is left. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.processes.workers.map((worker) => worker.end('SIGKILL')));
  }

  async close(): Promise<void> {
    this.aborted.abort();
    this.stream?.close();
    await this.ambient;
    await this.watch.prometheus.close();
    await this.watch.alertmanager.close();
    await this.watch.receiver.close();
    await this.watch.exporters.close();
    await this.deployment.close();
    await this.watch.traces.close();
    await this.redis?.close();
  }

  private async fail(): Promise<void> {
    const { url } = this.processes.api;
    const kinds = ERROR_CATEGORIES.flatMap((category) => [`fail-${category}`, `${category}-then-ok`]);
    const wanted = [
      ...[...kinds, ...kinds, ...kinds].map((kind) => ({ kind, max_retries: 1 })),
      ...times(40).map(() => ({ kind: 'fail-provider_unavailable', max_retries: 0 })),
      ...times(20).map(() => ({ kind: 'fail-rate_limited', max_retries: 1 })),
    ];
    await Promise.all(wanted.map(({ kind, max_retries }) => order(url, `simulator/${kind}`, { max_retries })));
    const { runId } = await order(url, 'simulator/fail-moderated');
    await this.deployment.happened(runId, 'GenerationFailed');
    await fetch(`${url}/api/generate/${runId}/retry`, { method: 'POST' });
    // Whoever waits for a run that fails is answered with 500.
    await order(url, 'simulator/fail-unknown', { max_retries: 0, prefer: 'wait=30' }).catch(() => null);
  }

  private async useTheCache(): Promise<void> {
    const { url } = this.processes.api;
    const ask = (index: number): Promise<unknown> =>
      order(url, 'simulator/ok', { use_cache: true, prompt: `lighthouse ${String(index)}`, prefer: 'wait=30' });
    await Promise.all(times(10).map(ask));
    await Promise.all([...times(10), ...times(10)].map(ask));
  }

  private async upload(): Promise<void> {
    const { url } = this.processes.api;
    const content = await pictureOf('png');
    const wish = { filename: 'a.png', content_type: 'image/png', size: content.length };
    const { body } = await new DarkroomApi(url).post<{ url: string }>('/api/uploads/presign', wish);
    const headers = { 'content-type': 'image/png' };
    const { status } = await fetch(new URL(body.url, url), { method: 'PUT', headers, body: new Uint8Array(content) });
    if (status !== 200) throw new Error(`The upload was answered with ${String(status)}`);
  }

  private async killAWorker(): Promise<void> {
    const { url } = this.processes.api;
    const runs = await Promise.all(times(24).map(() => order(url, 'simulator/slow-30s')));
    const [first] = runs;
    if (!first) return;
    // More than one worker can have at a time, so that the one that dies has a good many of them.
    await Promise.all(runs.map(({ runId }) => this.deployment.happened(runId, 'GenerationSubmitted', 60_000)));
    await (await this.deployment.workerOf(first.runId)).end('SIGKILL');
    await this.deployment.happened(first.runId, 'GenerationCompleted', 60_000);
  }

  /** A run now and then, and a probe, so that there is a rate at every moment. */
  private async goOn(): Promise<void> {
    const { signal } = this.aborted;
    for (let index = 0; !signal.aborted; index += 1) {
      await order(this.processes.api.url, index % 5 === 0 ? 'simulator/flaky-30' : 'simulator/ok', {
        use_cache: true,
        prompt: `lighthouse ${String(index % 12)} of ${String(Math.floor(index / 12) % 3)}`,
      }).catch(() => null);
      const next = performance.now() + 700;
      await until('it is time for the next run', () => signal.aborted || performance.now() > next);
    }
  }
}
