import { BalancedLoad } from '../support/balanced-load.js';
import { DarkroomApi } from '../support/darkroom-api.js';
import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment, order } from '../support/deployment.js';
import { EventSourceReader } from '../support/event-source.js';

// Six processes start one after the other on whatever machine this is.
jest.setTimeout(180_000);

const DRAIN_SECONDS = 2;

describe('a deployment of roles', () => {
  let deployment: Deployment;
  let staying: DarkroomProcess;
  let leaving: DarkroomProcess;
  let load: BalancedLoad | undefined;

  const api = (): Promise<DarkroomProcess> =>
    deployment.start('api', { SHUTDOWN_DRAIN_SECONDS: String(DRAIN_SECONDS) });
  const worker = (): Promise<DarkroomProcess> => deployment.start('worker', { SHUTDOWN_GRACE_SECONDS: '1' });
  const projector = (): Promise<DarkroomProcess> => deployment.start('projector');

  beforeAll(async () => {
    deployment = await Deployment.open();
    [staying, leaving] = [await api(), await api()];
    await worker();
    await worker();
  }, 120_000);
  afterEach(async () => {
    await load?.stop();
    load = undefined;
  });
  afterAll(() => deployment.close());

  const bothApis = (): BalancedLoad => (load = new BalancedLoad([staying.url, leaving.url], 4));
  const allCompleted = async (runIds: readonly string[]): Promise<void> => {
    await eventually(
      () =>
        deployment.sql<{ open: number }>(
          `select count(*)::int as open from unnest($1::uuid[]) as made (run_id) left join generations g using (run_id)
            where g.status is distinct from 'completed'`,
          [runIds],
        ),
      ([row]) => row?.open === 0,
      30_000,
    );
  };

  describe('with projectors that come and go', () => {
    const total = async (): Promise<number> => {
      const { body } = await new DarkroomApi(staying.url).get<{ total_generations: number }>(
        '/api/generate/statistics',
      );
      return body.total_generations;
    };
    /** Ends a projector under load. @returns milliseconds until statistics count a run that was made after that */
    const takeover = async (victim: DarkroomProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number> => {
      const ended = victim.end(signal);
      const from = performance.now();
      await load?.more(5);
      const [row] = await deployment.sql<{ runs: number }>('select count(*)::int as runs from generations');
      await eventually(total, (counted) => counted >= (row?.runs ?? Infinity), 30_000);
      const ms = performance.now() - from;
      expect(await ended).toBe(signal === 'SIGTERM' ? 0 : null);
      return ms;
    };

    it('has what they did done by another one soon after one is stopped or killed, and fails no request', async () => {
      const [first, second] = [await projector(), await projector()];
      const running = bothApis();
      await running.more(10);
      // Whichever of the two it was that owned the read models, one of these ends takes them away from their owner.
      const stopped = await takeover(first, 'SIGTERM');
      await projector();
      const killed = await takeover(second, 'SIGKILL');
      await projector();
      process.stderr.write(
        `statistics count again after ${stopped.toFixed(0)} ms (stopped) and ${killed.toFixed(0)} ms (killed)\n`,
      );
      expect(Math.max(stopped, killed)).toBeLessThan(20_000);
      await running.stop();
      expect(running.failed).toEqual([]);
      await allCompleted(running.runIds);
    });
  });

  it('has runs that a stopped worker cannot finish finished by another one, and fails no request', async () => {
    const running = bothApis();
    const slow = await Promise.all([1, 2, 3, 4].map(() => order(staying.url, 'simulator/slow-5s')));
    for (const { runId } of slow) await deployment.happened(runId, 'GenerationSubmitted');
    const victim = await deployment.workerOf(slow[0]?.runId ?? '');
    expect(await victim.end('SIGTERM')).toBe(0);
    expect(await deployment.sql('select from workers where pid = $1', [victim.pid])).toEqual([]);
    await running.more(20);
    for (const { runId } of slow) {
      await deployment.happened(runId, 'GenerationCompleted', 30_000);
      expect(await deployment.vendorJobs(runId)).toMatchObject([{ submits: 1, fetches: 1, cancelled_at: null }]);
    }
    const types = (await deployment.timeline(slow[0]?.runId ?? '')).map(({ type }) => type);
    expect(types).toContain('GenerationResumed');
    await running.stop();
    expect(running.failed).toEqual([]);
    await allCompleted(running.runIds);
    await worker();
  });

  it('answers at any API what a worker elsewhere does: to whoever waits, streams or joins', async () => {
    const body = { prompt: 'the same wish at two doors', width: 256, height: 256, model: 'simulator/slow-5s', seed: 3 };
    const doors = [staying, leaving].map(({ url }) => new DarkroomApi(url));
    const answers = await Promise.all(
      doors.map((door) =>
        door.post<{ run_id: string; image_url: string }>('/api/generate', body, { prefer: 'wait=60' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const runIds = answers.map((answer) => answer.body.run_id);
    const jobs = await Promise.all(runIds.map((runId) => deployment.vendorJobs(runId)));
    expect(jobs.flat()).toHaveLength(1);

    const { runId } = await order(staying.url, 'simulator/slow-5s');
    const stream = await EventSourceReader.open(`${leaving.url}/api/status/stream/${runId}`);
    await stream.end();
    expect(stream.stored.map(({ event }) => event)).toEqual(['status', 'status', 'status', 'artifact', 'completed']);
    expect(stream.messages.some(({ event }) => event === 'progress')).toBe(true);
  });

  it('says of an API that it is not ready before it stops, serves on until others have seen it, and fails no request', async () => {
    const running = bothApis();
    await running.more(10);
    const waiting = order(leaving.url, 'simulator/slow-5s', { prefer: 'wait=60' });
    const from = performance.now();
    const ended = leaving.end('SIGTERM');
    const door = new DarkroomApi(leaving.url);
    await eventually(
      async () => (await door.get('/health/ready')).status,
      (status) => status === 503,
      DRAIN_SECONDS * 1000,
    );
    // It says so, and still takes what was on its way.
    expect((await door.get('/health/live')).status).toBe(200);
    const late = await order(leaving.url, 'simulator/ok', { prefer: 'wait=20' });
    expect([200, 202]).toContain(late.status);
    expect(await ended).toBe(0);
    expect(performance.now() - from).toBeGreaterThanOrEqual(DRAIN_SECONDS * 1000);
    const answer = await waiting;
    expect([200, 202]).toContain(answer.status);
    await running.more(20);
    await running.stop();
    expect(running.failed).toEqual([]);
    await allCompleted([...running.runIds, late.runId, answer.runId]);
  });
});
