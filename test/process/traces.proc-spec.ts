import type { DarkroomProcess } from '../support/darkroom-process.js';
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
  private constructor(
    readonly deployment: Deployment,
    readonly receiver: TraceReceiver,
    readonly api: DarkroomProcess,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open(more: Readonly<Record<string, string>>): Promise<Scene> {
    const receiver = await TraceReceiver.start();
    const deployment = await Deployment.open();
    const env = { ...receiver.env, RETRY_BASE_SECONDS: '0.1', ...more };
    const scene = new Scene(deployment, receiver, await deployment.start('api', env), env);
    await scene.startWorker();
    return scene;
  }

  startWorker(): Promise<DarkroomProcess> {
    return this.deployment.start('worker,projector', this.env);
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

const oneTrace = (open: () => Promise<Scene>): void => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await open();
  });
  afterAll(() => scene.close());

  it('leads from the request through command, append, queue, worker and provider to the projections', async () => {
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
  oneTrace(() => Scene.open({}));

  describe('whose worker is killed', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await Scene.open({});
      await scene.startWorker();
    });
    afterAll(() => scene.close());

    it('goes on at the one that takes the attempt over', async () => {
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
    });
  });

  describe('that a projector comes to later', () => {
    it('has nothing of what was caught up with', async () => {
      const receiver = await TraceReceiver.start();
      const deployment = await Deployment.open();
      try {
        const api = await deployment.start('api', receiver.env);
        const { runId, headers } = await order(api.url, 'simulator/ok');
        const traceId = traceIdOf(headers.get('traceparent'));
        await deployment.start('worker,projector', receiver.env);
        await deployment.happened(runId, 'GenerationCompleted');
        const spans = await receiver.until(traceId, (found) =>
          typesIn(found, 'project history').includes('GenerationCompleted'),
        );
        expect(typesIn(spans, 'project history')).not.toContain('GenerationCreated');
      } finally {
        await deployment.close();
        await receiver.close();
      }
    });
  });
});

describeWithRedis('the trace of a run, with the queue in Redis', () => {
  let redis: RedisServer;
  oneTrace(async () => {
    redis = await RedisServer.start();
    return Scene.open({ REDIS_URL: redis.url });
  });
  afterAll(() => redis.close());
});
