import { LOG_LEVELS } from '../../src/platform/logging/log-levels.js';
import { DarkroomApi, type Answer } from '../support/darkroom-api.js';
import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment } from '../support/deployment.js';
import { logLines } from '../support/log-reader.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

/** Of three processes, one after the other, on a machine that others use too. */
const START_MS = 120_000;

const LEVEL = '/api/admin/log-level';
const ROUNDS = 5;
const CHANGES_A_ROUND = 24;
/** Two of its own and one for all others. */
const CONTEXTS = ['JobQueue', 'Storage', null];

interface Levels {
  readonly overrides: readonly { readonly level: string; readonly context: string | null }[];
}

const put = (process: DarkroomProcess, level: string, context: string | null): Promise<Answer> =>
  new DarkroomApi(process.url).call('PUT', LEVEL, { body: { level, context, ttl_seconds: 600 } });

/** What a process says of the changes that it followed, in its order. */
const changesOf = (process: DarkroomProcess): readonly string[] =>
  logLines(process.output())
    .filter((line) => line['context'] === 'Audit' && line['log_level'] !== undefined)
    .map((line) => `${String(line['log_context'])} ${String(line['log_level'])} ${String(line['request_id'])}`);

const overridesOf = async ({ url }: DarkroomProcess): Promise<readonly string[]> => {
  const { body } = await new DarkroomApi(url).get<Levels>(LEVEL);
  return body.overrides.map(({ level, context }) => `${String(context)} ${level}`);
};

const convergesIn = (
  open: () => { readonly apis: readonly DarkroomProcess[]; readonly worker: DarkroomProcess },
): void => {
  it('ends with the same levels in all processes, which follow every change in the same order', async () => {
    const { apis, worker } = open();
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = Array.from({ length: CHANGES_A_ROUND }, (_, index) => {
        const [level = 'info', context = null] = [LOG_LEVELS[index % 5], CONTEXTS[index % CONTEXTS.length]];
        return apis.map((api) => put(api, level, context));
      });
      const answers = await Promise.all(asked.flat());
      expect(answers.map(({ status, body }) => [status, body['told_others']])).toEqual(answers.map(() => [200, true]));
    }
    const all = ROUNDS * CHANGES_A_ROUND * apis.length;
    const histories = await eventually(
      () => Promise.resolve([...apis, worker].map(changesOf)),
      (told) => told.every(({ length }) => length >= all),
    );
    for (const history of histories) expect(history).toEqual(histories[0]);
    const [one, other] = await Promise.all(apis.map(overridesOf));
    expect(one).toHaveLength(CONTEXTS.length);
    expect(other).toEqual(one);
  }, 60_000);
};

class Scene {
  private constructor(
    readonly deployment: Deployment,
    readonly apis: readonly DarkroomProcess[],
    readonly worker: DarkroomProcess,
  ) {}

  static async open(env: Readonly<Record<string, string>> = {}): Promise<Scene> {
    const deployment = await Deployment.open();
    // The first one migrates.
    const first = await deployment.start('api', env);
    return new Scene(
      deployment,
      [first, await deployment.start('api', env)],
      await deployment.start('worker,projector', env),
    );
  }
}

describe('the log level that two processes are asked to change at the same time, by way of PostgreSQL', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open();
  }, START_MS);
  afterAll(() => scene.deployment.close());

  convergesIn(() => scene);
});

describeWithRedis('the log level that two processes are asked to change at the same time, by way of Redis', () => {
  let redis: RedisServer;
  let scene: Scene;
  beforeAll(async () => {
    redis = await RedisServer.start();
    scene = await Scene.open({ REDIS_URL: redis.url });
  }, START_MS);
  afterAll(async () => {
    await scene.deployment.close();
    await redis.close();
  });

  convergesIn(() => scene);

  it('is changed in the process that was asked where the others cannot be told, which the answer says', async () => {
    await redis.hang();
    const [asked, other] = scene.apis;
    if (!asked || !other) throw new Error('There are two');
    const before = await overridesOf(other);
    const { status, body } = await put(asked, 'fatal', 'Redis');
    expect([status, body['told_others']]).toEqual([200, false]);
    expect(await overridesOf(asked)).toContain('Redis fatal');
    expect(await overridesOf(other)).toEqual(before);
    await redis.goOn();
    const again = await eventually(
      () => put(asked, 'error', 'Redis'),
      (answer) => answer.body['told_others'] === true,
    );
    expect(again.status).toBe(200);
    await eventually(
      () => overridesOf(other),
      (overrides) => overrides.includes('Redis error'),
    );
  });
});
