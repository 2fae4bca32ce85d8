import { OTHER_WORKER, please, RUN_ID, WORKER } from '../../../test/support/generations.js';
import { InMemoryEventStore } from '../../eventsourcing/testing/in-memory-event-store.js';
import { unsafeText } from '../../platform/http/safe-text.js';
import { Generations } from '../generation.store.js';
import { AttemptLog } from './attempt-log.processor.js';

const METADATA = { correlation_id: RUN_ID, causation_id: 'the cause', actor: `worker:${WORKER}` };
const SCHEDULE = { baseSeconds: 1, jitter: 0, random: 0 };
const LONE_SURROGATE = String.fromCharCode(0xd800);

describe('the log of an attempt', () => {
  let store: InMemoryEventStore;
  let log: AttemptLog;

  beforeEach(async () => {
    store = new InMemoryEventStore();
    const generations = new Generations(store);
    await generations.decide(RUN_ID, please.create(), { metadata: METADATA });
    const known = await generations.decide(RUN_ID, please.start(), { metadata: METADATA });
    if (known.outcome !== 'decided') throw new Error('The attempt was not started');
    log = new AttemptLog(
      generations,
      { runId: RUN_ID, attempt: 1, known, metadata: METADATA, takenOver: false },
      WORKER,
    );
  });

  const lastData = async (): Promise<Readonly<Record<string, unknown>>> => ({
    ...(await store.readStream(RUN_ID)).at(-1)?.data,
  });
  const fail = async (message: string): Promise<string> => {
    await log.fail({ category: 'unknown', message, retryAfterSeconds: null }, SCHEDULE);
    return String((await lastData())['message']);
  };

  it.each([
    ['a NUL character', 'before\u0000after', 'before after'],
    ['half of a surrogate pair', `before${LONE_SURROGATE}after`, 'before\ufffdafter'],
    ['line breaks', 'before\r\nafter', 'before  after'],
  ])('takes out of a message of a provider what no log can keep: %s', async (_, message, kept) => {
    expect(await fail(message)).toBe(kept);
  });

  it('keeps the beginning of a message that does not end, whole characters of it', async () => {
    const kept = await fail(`${'x'.repeat(1_999)}\u{1f4f7}${'y'.repeat(1_000_000)}`);
    expect(kept).toHaveLength(2_001);
    expect(unsafeText(kept)).toBeNull();
  });

  it('records the job that the provider named', async () => {
    await log.submitted(0, 'projects/7/operations/a b-ü');
    expect(await lastData()).toMatchObject({ provider_job_id: 'projects/7/operations/a b-ü' });
  });

  it.each([
    ['with a NUL character', 'job\u0000'],
    ['with half of a surrogate pair', `job${LONE_SURROGATE}`],
    ['without end', 'x'.repeat(2_001)],
    ['that is empty', ''],
  ])('refuses a job id %s: what it kept of it would be another job', async (_, jobId) => {
    await expect(log.submitted(0, jobId)).rejects.toMatchObject({ name: 'ProviderError', category: 'unknown' });
    expect(await store.head()).toBe(2);
  });

  it('belongs to its worker alone', async () => {
    const generations = new Generations(store);
    await generations.decide(RUN_ID, please.resume({ workerId: OTHER_WORKER }), { metadata: METADATA });
    await expect(log.submitted(0, 'job-1')).rejects.toMatchObject({ name: 'AttemptLost' });
  });
});
