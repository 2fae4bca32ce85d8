import { randomUUID } from 'node:crypto';
import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment, order, type TimelineEvent } from '../support/deployment.js';

const typesOf = (events: readonly TimelineEvent[]): string[] => events.map(({ type }) => type);

/** A run that a second worker finished. */
const TAKEN_OVER = [
  'GenerationCreated',
  'GenerationStarted',
  'GenerationSubmitted',
  'GenerationResumed',
  'GenerationArtifactStored',
  'GenerationCompleted',
];

describe('a worker that is gone', () => {
  let deployment: Deployment;
  let api: DarkroomProcess;

  beforeAll(async () => {
    deployment = await Deployment.open();
    api = await deployment.start('api');
    await deployment.start('worker,projector');
    await deployment.start('worker,projector');
  });
  afterAll(async () => {
    await deployment.close();
  });

  /** A run whose attempt the vendor has taken. */
  const submitted = async (model: string): Promise<string> => {
    const { runId } = await order(api.url, model);
    await deployment.happened(runId, 'GenerationSubmitted');
    return runId;
  };

  it('is replaced by one that goes on with the same job of the vendor', async () => {
    const runId = await submitted('simulator/slow-5s');
    const victim = await deployment.workerOf(runId);
    const started = await deployment.happened(runId, 'GenerationStarted');
    await victim.end('SIGKILL');
    await deployment.happened(runId, 'GenerationCompleted');
    const events = await deployment.timeline(runId);
    expect(typesOf(events)).toEqual(TAKEN_OVER);
    expect(events[3]?.data).toMatchObject({ attempt: 1, previous_worker_id: started.data['worker_id'] });
    expect(await deployment.vendorJobs(runId)).toEqual([
      { request_key: `${runId}:1`, submits: 1, fetches: 1, cancelled_at: null },
    ]);
    await deployment.start('worker,projector');
  });

  it('comes back from a standstill, and what it did meanwhile is refused', async () => {
    const runId = await submitted('simulator/slow-5s');
    const sleeper = await deployment.workerOf(runId);
    process.kill(sleeper.pid, 'SIGSTOP');
    try {
      await deployment.happened(runId, 'GenerationCompleted');
    } finally {
      process.kill(sleeper.pid, 'SIGCONT');
    }
    await deployment.untilQueueIsEmpty();
    expect(typesOf(await deployment.timeline(runId))).toEqual(TAKEN_OVER);
    const [job] = await deployment.vendorJobs(runId);
    expect(job).toMatchObject({ submits: 1 });
    // Awake, it holds a lease again and does its work.
    await eventually(
      () => deployment.sql('select from workers where pid = $1 and expires_at > now()', [sleeper.pid]),
      (rows) => rows.length === 1,
    );
    expect(sleeper.output()).not.toContain('"level":"error"');
  });

  it('may be nobody: when the table of leases is emptied, runs under way are finished once', async () => {
    const runIds = await Promise.all(['slow-5s', 'slow-5s', 'slow-5s'].map((model) => submitted(`simulator/${model}`)));
    await deployment.sql('truncate workers');
    for (const runId of runIds) {
      await deployment.happened(runId, 'GenerationCompleted');
      const types = typesOf(await deployment.timeline(runId));
      expect(types.filter((type) => type !== 'GenerationResumed')).toEqual(
        TAKEN_OVER.filter((type) => type !== 'GenerationResumed'),
      );
      expect(await deployment.vendorJobs(runId)).toMatchObject([{ submits: 1 }]);
    }
  });

  it('is not needed to find lost wake-ups: runs end within ten seconds after the queue was emptied', async () => {
    const running = await submitted('simulator/slow-5s');
    await deployment.sql('update queue_state set paused = true');
    const waiting = await Promise.all(
      Array.from({ length: 5 }, async () => (await order(api.url, 'simulator/ok')).runId),
    );
    await eventually(
      () => deployment.sql('select id from jobs where claimed_by is null'),
      (jobs) => jobs.length === waiting.length,
    );
    await deployment.sql('delete from jobs');
    await deployment.sql('update queue_state set paused = false');
    const from = Date.now();
    for (const runId of [...waiting, running]) await deployment.happened(runId, 'GenerationCompleted', 15_000);
    expect(Date.now() - from).toBeLessThan(10_000);
    expect(await deployment.vendorJobs(running)).toMatchObject([{ submits: 1 }]);
  });

  describe('a cancel reaches the attempt in another process long before it would end', () => {
    /** Usually some ten milliseconds; a busy machine may take its time, the vendor's job takes half a minute. */
    const SOON_MS = 5_000;
    const cancelTime = async (runId: string): Promise<number> => {
      const response = await fetch(`${api.url}/api/generate/${runId}/cancel`, { method: 'POST' });
      expect(response.status).toBe(200);
      const { occurred_at: at } = await deployment.happened(runId, 'GenerationCancelled');
      const [job] = await eventually(
        () => deployment.vendorJobs(runId),
        ([found]) => found?.cancelled_at !== null,
      );
      return (job?.cancelled_at?.getTime() ?? Infinity) - new Date(at).getTime();
    };

    it('which tells the vendor', async () => {
      expect(await cancelTime(await submitted('simulator/slow-30s'))).toBeLessThan(SOON_MS);
    });

    it('also when the worker that ran it is dead: somebody else tells the vendor', async () => {
      const runId = await submitted('simulator/slow-30s');
      const victim = await deployment.workerOf(runId);
      await victim.end('SIGKILL');
      // Before its lease is over, so that nobody has taken the attempt over.
      await cancelTime(runId);
      expect(typesOf(await deployment.timeline(runId))).toEqual([
        'GenerationCreated',
        'GenerationStarted',
        'GenerationSubmitted',
        'GenerationCancelled',
      ]);
      await deployment.start('worker,projector');
    });

    it('also after its wake-up came a second time', async () => {
      const runId = await submitted('simulator/slow-30s');
      // Once for each worker, and more: one of them is the one that runs it.
      for (let copy = 0; copy < 8; copy += 1) {
        await deployment.sql(
          `insert into jobs (id, data, priority, run_at, arrival) values ($1, $2, 1, now(), nextval('job_arrivals'))`,
          [randomUUID(), { run_id: runId, attempt: 1 }],
        );
      }
      await eventually(
        () => deployment.sql('select id from jobs'),
        (jobs) => jobs.length === 1,
      );
      expect(await cancelTime(runId)).toBeLessThan(SOON_MS);
    });
  });
});
