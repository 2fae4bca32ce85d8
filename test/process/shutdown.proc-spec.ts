import { freePort } from '../../src/platform/database/free-port.js';
import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment, order } from '../support/deployment.js';

/** Milliseconds from a signal to the end of a process that waits for nothing; far below the watchdog's. */
const SOON_MS = 8_000;

interface Stream {
  /** Ids in the order in which they came. */
  readonly ids: readonly number[];
  /** Resolves when the server ended the stream in good order; rejects when it was cut off. */
  readonly ended: Promise<void>;
}

/** Follows a stream of server-sent events from the event after `lastId`. */
const listen = async (url: string, lastId?: number): Promise<Stream> => {
  const response = await fetch(url, { headers: lastId === undefined ? {} : { 'last-event-id': String(lastId) } });
  const { body } = response;
  if (response.status !== 200 || !body) throw new Error(`The stream answered ${String(response.status)}`);
  const ids: number[] = [];
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      ids.push(...blocks.flatMap((block) => /^id: (\d+)$/m.exec(block)?.[1] ?? []).map(Number));
    }
  };
  const ended = read();
  // Awaited later, after other things have been looked at.
  ended.catch(() => undefined);
  return { ids, ended };
};

const readiness = async (origin: string): Promise<number> => (await fetch(`${origin}/health/ready`)).status;

describe('a process that is asked to stop', () => {
  let deployment: Deployment;
  let port: number;

  beforeEach(async () => {
    deployment = await Deployment.open();
    port = await freePort(null);
  });
  afterEach(async () => {
    await deployment.close();
  });

  const start = (graceSeconds: number): Promise<DarkroomProcess> =>
    deployment.start('all', { PORT: String(port), SHUTDOWN_GRACE_SECONDS: String(graceSeconds) });

  const submitted = async (origin: string, model: string): Promise<string> => {
    const { runId } = await order(origin, model);
    await deployment.happened(runId, 'GenerationSubmitted');
    return runId;
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'hands over what it cannot finish, answers and ends by itself (%s)',
    async (signal) => {
      const first = await start(2);
      const many = await Promise.all(Array.from({ length: 30 }, () => order(first.url, 'simulator/ok')));
      // The last ones, so that they cannot end within the grace.
      const waiting = order(first.url, 'simulator/slow-5s', { prefer: 'wait=60' });
      const runId = await submitted(first.url, 'simulator/slow-5s');
      const runStream = await listen(`${first.url}/api/status/stream/${runId}`);
      const console = await listen(`${first.url}/api/events/stream`);

      const from = Date.now();
      const end = first.end(signal);
      // It says so while it still answers, and before it closes its door.
      await eventually(
        () => readiness(first.url),
        (status) => status === 503,
        2_000,
      );
      expect(await end).toBe(0);
      expect(Date.now() - from).toBeLessThan(2_000 + SOON_MS);
      const answer = await waiting;
      expect(answer.status).toBe(202);
      expect(answer.headers.get('location')).toBe(`/api/status/${answer.runId}`);
      await Promise.all([runStream.ended, console.ended]);
      expect(await deployment.sql('select from workers')).toEqual([]);

      const second = await start(2);
      const restOfRun = await listen(`${second.url}/api/status/stream/${runId}`, runStream.ids.at(-1));
      const restOfConsole = await listen(`${second.url}/api/events/stream`, console.ids.at(-1));
      await restOfRun.ended;
      for (const each of [...many.map((made) => made.runId), answer.runId, runId]) {
        await deployment.happened(each, 'GenerationCompleted');
      }
      const timeline = await deployment.timeline(runId);
      expect(timeline.map(({ type }) => type)).toContain('GenerationResumed');
      expect([...runStream.ids, ...restOfRun.ids]).toEqual(timeline.map(({ sequence }) => sequence));
      expect(await deployment.vendorJobs(runId)).toMatchObject([{ submits: 1, fetches: 1 }]);
      const [log] = await deployment.sql<{ events: number }>('select count(*)::int as events from events');
      const heard = (): number[] => [...console.ids, ...restOfConsole.ids];
      await eventually(
        () => Promise.resolve(heard().length),
        (count) => count >= (log?.events ?? Infinity),
      );
      expect(heard()).toEqual(Array.from({ length: log?.events ?? 0 }, (_, place) => place + 1));
      expect(await second.end('SIGTERM')).toBe(0);
      await restOfConsole.ended;
    },
  );

  it('finishes and answers what fits into its grace, leaves what is new to others and sends late listeners away', async () => {
    const stopping = await start(20);
    const waiting = order(stopping.url, 'simulator/slow-5s', { prefer: 'wait=60' });
    const runId = await submitted(stopping.url, 'simulator/slow-5s');
    const end = stopping.end('SIGTERM');
    await eventually(
      () => readiness(stopping.url),
      (status) => status === 503,
      2_000,
    );
    const late = await order(stopping.url, 'simulator/ok');
    const stream = await listen(`${stopping.url}/api/events/stream`);
    expect(await end).toBe(0);
    await stream.ended;
    expect(await waiting).toMatchObject({ status: 200 });
    expect((await deployment.timeline(runId)).map(({ type }) => type)).toEqual([
      'GenerationCreated',
      'GenerationStarted',
      'GenerationSubmitted',
      'GenerationArtifactStored',
      'GenerationCompleted',
    ]);
    expect((await deployment.timeline(late.runId)).map(({ type }) => type)).toEqual(['GenerationCreated']);
    await start(2);
    await deployment.happened(late.runId, 'GenerationCompleted');
  });

  it('ends at once at a second signal, and its run goes on elsewhere', async () => {
    const stopping = await start(60);
    const runId = await submitted(stopping.url, 'simulator/slow-5s');
    const end = stopping.end('SIGTERM');
    await eventually(
      () => readiness(stopping.url),
      (status) => status === 503,
      2_000,
    );
    const from = Date.now();
    let over = false;
    void end.then(() => {
      over = true;
    });
    // Two signals within a second count as one, as a terminal and npm send them both.
    await eventually(
      () => {
        void stopping.end('SIGTERM');
        return Promise.resolve(over);
      },
      (ended) => ended,
      4_000,
    );
    expect(await end).toBe(1);
    expect(Date.now() - from).toBeLessThan(3_000);
    await start(2);
    await deployment.happened(runId, 'GenerationCompleted');
    expect(await deployment.vendorJobs(runId)).toMatchObject([{ submits: 1 }]);
  });
});
