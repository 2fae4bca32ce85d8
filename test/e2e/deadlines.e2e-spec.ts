import type { Generation, RunStatus } from '../../src/generation/status/generation-answer.dto.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { EventSourceReader } from '../support/event-source.js';
import { until } from '../support/until.js';

const SLOW = { ...OK, model: 'simulator/slow-30s' };

let suite: DarkroomSuite;
/** Keeps the only slot of the only worker busy. */
let busy: string;

beforeAll(async () => {
  suite = await DarkroomSuite.start({ WORKER_CONCURRENCY: '1', RETRY_BASE_SECONDS: '30' });
  busy = (await suite.begin({ ...SLOW, prompt: 'busy all day', expires_in: 1 })).run_id;
  await suite.status(busy, ({ status }) => status === 'processing');
});
afterAll(() => suite.stop());

const LATE = /^The run has waited \d+(\.\d+)? s and was to start within 1 s$/;
const EXPIRED = {
  status: 'failed',
  error: { category: 'expired', message: expect.stringMatching(LATE) as unknown, retryable: false },
};
const millis = (time: string | null): number => Date.parse(time ?? '');
const late = ({ completed_at, expires_at }: RunStatus): number => millis(completed_at) - millis(expires_at);

describe('a run with expires_in', () => {
  it('fails as expired a few seconds after its deadline, although no worker is free; the stream tells, the queue forgets it', async () => {
    const { run_id: runId, stream_url: url } = await suite.begin({ ...OK, expires_in: 1 });
    const waiting = await suite.status(runId, () => true);
    expect(millis(waiting.expires_at) - millis(waiting.created_at)).toBe(1_000);
    const reader = await EventSourceReader.open(`${suite.process.url}${url}`);
    const status = await suite.ended(runId);
    expect(status).toMatchObject({ ...EXPIRED, started_at: null, retry_count: 0, expires_at: waiting.expires_at });
    expect(late(status)).toBeGreaterThan(0);
    expect(late(status)).toBeLessThan(10_000);
    await reader.end();
    expect(reader.stored.map(({ event }) => event)).toEqual(['status', 'failed']);
    expect(reader.stored.at(-1)?.data).toMatchObject({ error: { category: 'expired' } });
    expect(await suite.eventTypes(runId)).toEqual(['Created', 'Failed']);
    await until('the queue has let go of it', async () => (await suite.jobs(runId)).length === 0);
    expect((await suite.detail(runId)).attempts).toEqual([]);
  });

  it('is told to whoever waits for it', async () => {
    const answer = await suite.generate({ ...OK, expires_in: 1 });
    expect(answer).toMatchObject({ status: 500, body: { category: 'expired', retryable: false, retry_count: 0 } });
  });

  it('has a new deadline when somebody asks for it again', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, expires_in: 1 });
    const first = await suite.ended(runId);
    await suite.api.post(`/api/generate/${runId}/retry`, undefined, { prefer: 'respond-async' });
    const second = await suite.status(runId, ({ expires_at: at }) => at !== first.expires_at);
    expect(millis(second.expires_at)).toBeGreaterThan(millis(first.completed_at));
    await suite.status(runId, ({ status, completed_at: at }) => status === 'failed' && at !== first.completed_at);
    expect(await suite.eventTypes(runId)).toEqual(['Created', 'Failed', 'RetryRequested', 'Failed']);
  });

  it('waits no longer where it waits for the same result as another one, which waits on', async () => {
    const shared = { ...OK, use_cache: true, prompt: 'wanted by two', seed: 7 };
    const { run_id: leader } = await suite.begin(shared);
    const { run_id: follower } = await suite.begin({ ...shared, expires_in: 1 });
    await until('it has joined', async () => (await suite.eventTypes(follower)).includes('Joined'));
    expect(await suite.ended(follower)).toMatchObject(EXPIRED);
    expect((await suite.status(leader, () => true)).status).toBe('pending');
    const { run_id: patient } = await suite.begin({
      ...shared,
      prompt: 'wanted first by one in a hurry',
      expires_in: 1,
    });
    const { run_id: follows } = await suite.begin({ ...shared, prompt: 'wanted first by one in a hurry' });
    await suite.ended(patient);
    await until('it goes on by itself', async () => (await suite.eventTypes(follows)).includes('Released'));
    for (const runId of [leader, follows]) await suite.api.post(`/api/generate/${runId}/cancel`);
  });

  it('may be an item of a batch, and any kind of job', async () => {
    const { body: batch } = await suite.api.post<{ successful: number; failed: number; errors: (string | null)[] }>(
      '/api/generate/batch',
      {
        requests: [
          { ...OK, expires_in: 1 },
          { ...OK, expires_in: 1 },
        ],
      },
    );
    expect(batch).toMatchObject({ successful: 0, failed: 2 });
    expect(batch.errors[0]).toMatch(/was to start within 1 s/);
    const bodies = {
      'text-to-image': { ...OK, expires_in: 1 },
      'text-to-video': { prompt: 'rain on a lake', expires_in: 1 },
    };
    for (const [route, body] of Object.entries(bodies)) {
      const { body: job } = await suite.api.post<Generation>(`/api/generate/${route}`, { use_cache: false, ...body });
      expect(await suite.ended(job.run_id)).toMatchObject(EXPIRED);
    }
  });

  it('is not stopped once it is under way', async () => {
    const status = await suite.status(busy, () => true);
    expect(status.status).toBe('processing');
    expect(millis(status.expires_at)).toBeLessThan(Date.now());
  });

  it('has the same result as one that may wait for ever', async () => {
    const { rows } = await suite.database.pool.query(
      `select count(distinct prompt_hash)::int as hashes from generations where prompt = 'wanted by two'`,
    );
    expect(rows).toEqual([{ hashes: 1 }]);
  });
});
