import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment, order } from '../support/deployment.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { pathOf, type ReceivedSpan, traceIdOf, TraceReceiver } from '../support/trace-receiver.js';

/** What every run leaves behind that is made once. */
const WHOLE = [
  'POST /api/generate',
  'command RequestGeneration',
  'eventstore append',
  'send jobs',
  'process jobs',
  'project history',
  'project statistics',
  'project monitoring',
];

const typesIn = (spans: readonly ReceivedSpan[], name: string): readonly unknown[] =>
  spans.filter((span) => span.name === name).flatMap(({ attributes }) => attributes['darkroom.events.types']);

const rolesOf = (spans: readonly ReceivedSpan[], name: string): readonly unknown[] => [
  ...new Set(spans.filter((span) => span.name === name).map(({ resource }) => resource['darkroom.role'])),
];

class Scene {
  private readonly workers: DarkroomProcess[] = [];

  private constructor(
    readonly deployment: Deployment,
    readonly receiver: TraceReceiver,
    readonly api: DarkroomProcess,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open(workers: number, more: Readonly<Record<string, string>> = {}): Promise<Scene> {
    const receiver = await TraceReceiver.start();
    const deployment = await Deployment.open();
    const env = { ...receiver.env, RETRY_BASE_SECONDS: '0.1', ...more };
    // The first one migrates.
    const api = await deployment.start('api', env);
    const scene = new Scene(deployment, receiver, api, env);
    await Promise.all(Array.from({ length: workers }, () => scene.startWorker()));
    return scene;
  }

  async startWorker(): Promise<void> {
    this.workers.push(await this.deployment.start('worker,projector', this.env));
  }

  async endWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.end('SIGTERM')));
  }

  async order(model: string): Promise<{ readonly runId: string; readonly traceId: string }> {
    const { runId, headers } = await order(this.api.url, model);
    return { runId, traceId: traceIdOf(headers.get('traceparent')) };
  }

  async close(): Promise<void> {
    await this.deployment.close();
    await this.receiver.close();
  }
}

/** Of several processes, one after the other, on a machine that others use too. */
const START_MS = 120_000;

const leadsThroughAll = (sceneOf: () => Scene): void => {
  it('leads from the request through command, append, queue, worker and provider to the projections', async () => {
    const scene = sceneOf();
    const { runId, traceId } = await scene.order('simulator/ok');
    await scene.deployment.happened(runId, 'GenerationCompleted');
    const events = (await scene.deployment.timeline(runId)).map(({ type }) => type);
    await scene.receiver.until(traceId, (found) => typesIn(found, 'eventstore append').length >= events.length);
    const spans = await scene.receiver.whole(traceId, ...WHOLE, 'generate_content ok');
    const call = spans.find(({ name }) => name === 'generate_content ok');
    expect(call && pathOf(spans, call)).toEqual([
      'process jobs',
      'send jobs',
      'eventstore append',
      'command RequestGeneration',
      'POST /api/generate',
    ]);
    expect(call).toMatchObject({
      kind: 'client',
      failed: false,
      attributes: { 'gen_ai.provider.name': 'simulator', 'gen_ai.request.model': 'ok', 'darkroom.run.id': runId },
    });
    expect(rolesOf(spans, 'POST /api/generate')).toEqual(['api']);
    expect(rolesOf(spans, 'process jobs')).toEqual(['worker,projector']);
    expect([...typesIn(spans, 'eventstore append')].sort()).toEqual([...events].sort());
    for (const span of spans.filter(({ name }) => name.startsWith('project ')))
      expect(pathOf(spans, span)[0]).toBe('eventstore append');
    expect(spans.some(({ attributes }) => attributes['db.system.name'] === 'postgresql')).toBe(true);
  });

  it('goes on through an automatic retry', async () => {
    const scene = sceneOf();
    const { runId, traceId } = await scene.order('simulator/timeout-then-ok');
    await scene.deployment.happened(runId, 'GenerationCompleted');
    const name = 'generate_content timeout-then-ok';
    const callsIn = (found: readonly ReceivedSpan[]): ReceivedSpan[] => found.filter((span) => span.name === name);
    await scene.receiver.until(traceId, (found) => callsIn(found).length === 2);
    const spans = await scene.receiver.whole(traceId, ...WHOLE);
    expect(spans.filter((span) => span.name === 'process jobs')).toHaveLength(2);
    const calls = callsIn(spans);
    expect(calls.map(({ failed, attributes }) => [failed, attributes['error.type']])).toEqual([
      [true, 'timeout'],
      [false, undefined],
    ]);
  });
};

describe('the trace of a run, with the queue in PostgreSQL', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(2);
  }, START_MS);
  afterAll(() => scene.close());

  leadsThroughAll(() => scene);

  it('goes on at the worker that takes the attempt of a killed one over', async () => {
    const { runId, traceId } = await scene.order('simulator/slow-5s');
    await scene.deployment.happened(runId, 'GenerationSubmitted');
    await (await scene.deployment.workerOf(runId)).end('SIGKILL');
    await scene.deployment.happened(runId, 'GenerationCompleted');
    const spans = await scene.receiver.until(traceId, (found) =>
      typesIn(found, 'project statistics').includes('GenerationCompleted'),
    );
    expect(typesIn(spans, 'eventstore append')).toEqual(
      expect.arrayContaining(['GenerationCreated', 'GenerationResumed', 'GenerationCompleted']),
    );
    const call = spans.find(({ name }) => name === 'generate_content slow-5s');
    expect(call && pathOf(spans, call).slice(0, 2)).toEqual(['process jobs', 'send jobs']);
  }, 60_000);

  it('has nothing of what a projector catches up with', async () => {
    await scene.endWorkers();
    const { runId, traceId } = await scene.order('simulator/ok');
    await scene.startWorker();
    await scene.deployment.happened(runId, 'GenerationCompleted');
    const spans = await scene.receiver.until(traceId, (found) =>
      typesIn(found, 'project history').includes('GenerationCompleted'),
    );
    expect(typesIn(spans, 'project history')).not.toContain('GenerationCreated');
  }, 60_000);
});

describe('the trace of a run whose provider is full', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open(1, { PROVIDER_LIMITS: 'simulator=1' });
  }, START_MS);
  afterAll(() => scene.close());

  it('has one span of the job for its attempt, and none of the times that it was only put back', async () => {
    const first = await scene.order('simulator/slow-5s');
    await scene.deployment.happened(first.runId, 'GenerationSubmitted');
    const { runId, traceId } = await scene.order('simulator/ok');
    const dueTimes = new Set<number>();
    await eventually(
      async () => {
        const rows = await scene.deployment.sql<{ due: Date }>('select run_at as due from jobs where id like $1', [
          `${runId}:%`,
        ]);
        for (const { due } of rows) dueTimes.add(due.getTime());
        return dueTimes.size;
      },
      (times) => times > 3,
    );
    await scene.deployment.happened(runId, 'GenerationCompleted');
    const spans = await scene.receiver.whole(traceId, ...WHOLE, 'generate_content ok');
    const handled = spans.filter(({ name }) => name === 'process jobs');
    expect(handled.map(({ attributes }) => attributes['darkroom.job.comes_again'])).toEqual([undefined]);
    const call = spans.find(({ name }) => name === 'generate_content ok');
    expect(call && pathOf(spans, call).slice(0, 3)).toEqual(['process jobs', 'send jobs', 'eventstore append']);
  }, 60_000);
});

describeWithRedis('the trace of a run, with the queue in Redis', () => {
  let redis: RedisServer;
  let scene: Scene;
  beforeAll(async () => {
    redis = await RedisServer.start();
    scene = await Scene.open(1, { REDIS_URL: redis.url });
  }, START_MS);
  afterAll(async () => {
    await scene.close();
    await redis.close();
  });

  leadsThroughAll(() => scene);
});
