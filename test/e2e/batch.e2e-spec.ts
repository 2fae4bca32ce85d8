import type { BatchAnswer } from '../../src/batches/batch.dto.js';
import { BATCH_EVENTS } from '../../src/batches/batch.events.js';
import { PostgresEventStore } from '../../src/eventsourcing/postgres-event-store.js';
import { EventTypes } from '../../src/eventsourcing/upcaster.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { Generations } from '../../src/generation/generation.store.js';
import type { Answer } from '../support/darkroom-api.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { METADATA, upTo } from '../support/event-samples.js';
import { orderOf } from '../support/generations.js';

const ROUTE = '/api/generate/batch';
const FAIL = { ...OK, model: 'simulator/fail-moderated' };
const SLOW = { ...OK, model: 'simulator/slow-5s' };
const ENDLESS = { ...OK, model: 'simulator/slow-30s' };
const REFUSED = 'Generation failed: The simulator refuses as its model asks: moderated';
const ASYNC = { prefer: 'respond-async' };

let suite: DarkroomSuite;
let keys = 0;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const post = (body: object, headers: Record<string, string> = {}): Promise<Answer<BatchAnswer>> =>
  suite.api.post<BatchAnswer>(ROUTE, body, headers);

const begin = async (body: object): Promise<BatchAnswer> => {
  const { status, body: accepted } = await post(body, ASYNC);
  expect(status).toBe(202);
  return accepted;
};

const read = async (batchId: string): Promise<BatchAnswer> =>
  (await suite.api.get<BatchAnswer>(`${ROUTE}/${batchId}`)).body;

const until = (batchId: string, satisfies: (batch: BatchAnswer) => boolean): Promise<BatchAnswer> =>
  eventually(() => read(batchId), satisfies, 25_000);
const ended = (batchId: string): Promise<BatchAnswer> => until(batchId, ({ completed_at: at }) => at !== null);

const cancel = (batchId: string): Promise<Answer<BatchAnswer>> =>
  suite.api.post<BatchAnswer>(`${ROUTE}/${batchId}/cancel`);

const eventTypes = async (batchId: string): Promise<readonly string[]> => {
  const { rows } = await suite.database.pool.query<{ type: string }>(
    'select type from events where stream_id = $1 order by version',
    [batchId],
  );
  return rows.map(({ type }) => type.replace(/^Batch/, ''));
};

const count = async (sql: string, ...values: readonly unknown[]): Promise<number> => {
  const { rows } = await suite.database.pool.query<{ count: number }>(`select count(*)::int as count from ${sql}`, [
    ...values,
  ]);
  return rows[0]?.count ?? 0;
};
const batches = (): Promise<number> => count('batches');
const vendorJobs = (runIds: readonly string[]): Promise<number> =>
  count(`simulator_jobs where split_part(request_key, ':', 1) = any($1)`, runIds);

/** Pairs of runs of the batch that were under way at the same time. */
const overlaps = (batchId: string): Promise<number> =>
  count(
    `generations a join generations b on b.batch_id = a.batch_id and b.batch_index > a.batch_index
      where a.batch_id = $1 and b.created_at < a.completed_at`,
    batchId,
  );

const statuses = ({ results }: BatchAnswer): readonly (string | null)[] =>
  results.map((result) => result?.status ?? null);

describe('a parallel batch', () => {
  it('answers with a result for each request, in the order of the requests', async () => {
    const seeds = upTo(8);
    const { status, body } = await post({ requests: seeds.map((seed) => ({ ...OK, seed })) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', total: 8, successful: 8, failed: 0 });
    expect(body.errors).toEqual(seeds.map(() => null));
    expect(body.results.map((result) => result?.seed)).toEqual(seeds);
    expect(body.results.map((result) => result?.run_id)).toEqual(body.run_ids);
    expect(body.results.map((result) => result?.batch_id)).toEqual(seeds.map(() => body.batch_id));
    expect(await read(body.batch_id)).toEqual(body);
    expect(await eventTypes(body.batch_id)).toEqual(['Created', ...seeds.map(() => 'ItemEnded'), 'Completed']);
    expect(await overlaps(body.batch_id)).toBeGreaterThan(0);
    const detail = await suite.detail(body.run_ids[3] ?? '');
    expect(detail).toMatchObject({ status: 'completed', batch_id: body.batch_id, seed: 4 });
  });

  it('goes on after a failure unless it is told otherwise, and says what failed', async () => {
    const { status, body } = await post({ requests: [FAIL, OK, FAIL, OK] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', total: 4, successful: 2, failed: 2 });
    expect(body.errors).toEqual([REFUSED, null, REFUSED, null]);
    expect(statuses(body)).toEqual([null, 'completed', null, 'completed']);
  });

  it('stops at its first failure where it is told to: what has not started is cancelled, what has goes on', async () => {
    await suite.database.pool.query('update queue_state set paused = true');
    const { batch_id: batchId, run_ids: runs } = await begin({
      requests: [SLOW, FAIL, OK, OK],
      continue_on_error: false,
    });
    const [slow = '', , third = '', last = ''] = runs;
    // Those behind wait for a worker, as they would in a long queue.
    await eventually(
      () =>
        count(
          'jobs where id like any($1)',
          runs.map((run) => `${run}:%`),
        ),
      (jobs) => jobs === 4,
    );
    // Due later, and so without a turn.
    await suite.database.pool.query(
      `update jobs set run_at = now() + interval '1 hour', turn = null, seat = null where id like any($1)`,
      [[`${third}:%`, `${last}:%`]],
    );
    await suite.database.pool.query('update queue_state set paused = false');
    const batch = await ended(batchId);
    expect(batch).toMatchObject({ status: 'failed', successful: 1, failed: 3 });
    expect(batch.errors).toEqual([
      null,
      REFUSED,
      'Not started, because requests[1] failed',
      'Not started, because requests[1] failed',
    ]);
    expect((await suite.detail(slow)).status).toBe('completed');
    expect(await suite.eventTypes(third)).toEqual(['Created', 'Cancelled']);
    expect(await vendorJobs([third, last])).toBe(0);
  });

  it('has duplicates share one result: one call of the vendor', async () => {
    const same = { ...OK, model: 'simulator/slow-5s', use_cache: true, prompt: 'one red car for all' };
    const { body } = await post({ requests: upTo(10).map(() => same) });
    expect(body).toMatchObject({ status: 'completed', successful: 10 });
    expect(await vendorJobs(body.run_ids)).toBe(1);
    expect(body.results.filter((result) => result?.cached === true)).toHaveLength(9);
    expect(new Set(body.results.map((result) => result?.run_id)).size).toBe(10);
    const again = await post({ requests: [same, same], parallel: false });
    expect(again.body.results.map((result) => result?.cached)).toEqual([true, true]);
    expect(await vendorJobs(again.body.run_ids)).toBe(0);
  });
});

describe('a sequential batch', () => {
  it('never has two runs under way, and keeps the order', async () => {
    const { body } = await post({ requests: [SLOW, OK, FAIL, OK, OK], parallel: false });
    expect(body).toMatchObject({ status: 'completed', successful: 4, failed: 1 });
    expect(body.errors).toEqual([null, null, REFUSED, null, null]);
    expect(await overlaps(body.batch_id)).toBe(0);
    const { rows } = await suite.database.pool.query<{ run_id: string }>(
      'select run_id from generations where batch_id = $1 order by id',
      [body.batch_id],
    );
    expect(rows.map(({ run_id: id }) => id)).toEqual(body.run_ids);
  });

  it('stops at its first failure where it is told to: the others never come to be', async () => {
    const { status, body } = await post({
      requests: [OK, FAIL, OK, OK],
      parallel: false,
      continue_on_error: false,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'failed', successful: 1, failed: 3 });
    expect(body.errors.slice(1)).toEqual([
      REFUSED,
      'Not started, because requests[1] failed',
      'Not started, because requests[1] failed',
    ]);
    expect(await count('generations where run_id = any($1)', body.run_ids)).toBe(2);
    expect((await suite.api.get(`/api/generate/${body.run_ids[2] ?? ''}`)).status).toBe(404);
    expect(await eventTypes(body.batch_id)).toEqual([
      'Created',
      ...['ItemEnded', 'ItemEnded', 'Stopped', 'ItemEnded', 'ItemEnded', 'Completed'],
    ]);
  });

  it('does not change when somebody asks for a failed run again', async () => {
    const { body } = await post({ requests: [FAIL, OK], parallel: false });
    expect((await suite.api.post(`/api/generate/${body.run_ids[0] ?? ''}/retry`)).status).toBe(202);
    await suite.ended(body.run_ids[0] ?? '');
    expect(await read(body.batch_id)).toEqual(body);
    expect(await eventTypes(body.batch_id)).toEqual(['Created', 'ItemEnded', 'ItemEnded', 'Completed']);
  });

  it('goes on after a run that somebody cancelled by itself', async () => {
    const { batch_id: batchId, run_ids: runs } = await begin({ requests: [ENDLESS, OK], parallel: false });
    await suite.status(runs[0] ?? '', ({ status }) => status === 'processing');
    expect((await suite.api.post(`/api/generate/${runs[0] ?? ''}/cancel`)).status).toBe(200);
    const batch = await ended(batchId);
    expect(batch).toMatchObject({ status: 'completed', successful: 1, failed: 1 });
    expect(batch.errors).toEqual(['The generation was cancelled', null]);
  });
});

describe('a batch that nobody waits for', () => {
  it('is answered with a 202 that leads to it, and has an ETag once it has ended', async () => {
    const { status, headers, body } = await post({ requests: [ENDLESS, OK] }, ASYNC);
    expect({ status, headers, body }).toMatchObject({
      status: 202,
      headers: {
        location: `${ROUTE}/${body.batch_id}`,
        'preference-applied': 'respond-async',
        'retry-after': '1',
      },
      body: { total: 2, successful: 0, failed: 0, results: [null, null], errors: [null, null], completed_at: null },
    });
    expect(body.status_url).toBe(headers.location);
    const halfway = await until(body.batch_id, ({ successful }) => successful === 1);
    expect(halfway).toMatchObject({ status: 'processing', completed_at: null, errors: [null, null] });
    expect(statuses(halfway)).toEqual([null, 'completed']);
    expect((await suite.api.get(body.status_url)).headers.etag).toBeUndefined();
    await cancel(body.batch_id);
    const { headers: last } = await suite.api.get(body.status_url);
    expect(last.etag).toMatch(/^"\d+"$/);
    const same = await suite.api.get(body.status_url, { 'if-none-match': last.etag });
    expect([same.status, same.bytes.length]).toEqual([304, 0]);
  });

  it('is answered as it stands when the wait is over', async () => {
    const { status, headers, body } = await post({ requests: [OK, ENDLESS] }, { prefer: 'wait=3' });
    expect(status).toBe(202);
    expect(headers['preference-applied']).toBe('wait=3');
    expect(body).toMatchObject({ status: 'processing', successful: 1, completed_at: null });
    await cancel(body.batch_id);
  });
});

describe('a batch that is cancelled', () => {
  it('begins nothing more, stops what runs, and keeps what is there', async () => {
    const { batch_id: batchId, run_ids: runs } = await begin({ requests: [OK, ENDLESS, OK], parallel: false });
    await suite.status(runs[0] ?? '', ({ status }) => status === 'completed');
    await eventually(
      () => suite.eventTypes(runs[1] ?? ''),
      (types) => types.includes('Submitted'),
    );
    const { status, body } = await cancel(batchId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'cancelled', successful: 1, failed: 2 });
    expect(body.completed_at).not.toBeNull();
    expect(body.errors).toEqual([null, 'The batch was cancelled', 'Not started, because the batch was cancelled']);
    expect((await suite.detail(runs[1] ?? '')).status).toBe('cancelled');
    await eventually(
      () => count(`simulator_jobs where request_key = $1 and cancelled_at is not null`, `${runs[1] ?? ''}:1`),
      (cancelled) => cancelled === 1,
    );
    expect(await count('generations where run_id = $1', runs[2])).toBe(0);
    expect(await cancel(batchId)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('may be one whose runs all wait, and one that was ordered a moment ago', async () => {
    const { batch_id: batchId } = await begin({ requests: upTo(20).map(() => ENDLESS) });
    const { body } = await cancel(batchId);
    expect(body).toMatchObject({ status: 'cancelled', failed: 20 });
    expect(body.completed_at).not.toBeNull();
    expect(await count(`generations where batch_id = $1 and status <> 'cancelled'`, batchId)).toBe(0);
  });

  it('is not one that has ended, nor one that nobody knows', async () => {
    const { body } = await post({ requests: [OK] });
    expect(await cancel(body.batch_id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    for (const id of ['0199e3a2-5f08-7a10-8c44-e1b7d90f2a35', body.run_ids[0] ?? '', '17', 'x', '%00']) {
      expect([id, (await cancel(id)).status]).toEqual([id, 404]);
      expect([id, (await suite.api.get(`${ROUTE}/${id}`)).status]).toEqual([id, 404]);
    }
    expect((await suite.api.get(`/api/generate/${body.batch_id}`)).status).toBe(404);
  });
});

describe('Idempotency-Key', () => {
  const freshKey = (): Record<string, string> => ({ 'idempotency-key': `batch-${String((keys += 1))}` });

  it('leads the repeat to the first batch, also when both come at the same instant', async () => {
    const key = freshKey();
    const before = await batches();
    const body = { requests: [OK, FAIL] };
    const answers = await Promise.all(upTo(10).map(() => post(body, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body: { batch_id: id } }) => id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(9);
    expect(await batches()).toBe(before + 1);
    const late = await post(body, { ...key, ...ASYNC });
    expect(late).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' } });
    expect(late.body).toEqual(answers[0]?.body);
  });

  it('is refused with another body, and is another key than that of a single run', async () => {
    const key = freshKey();
    await post({ requests: [OK] }, key);
    expect(await post({ requests: [OK], parallel: false }, key)).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['header', 'idempotency-key'] }] },
    });
    expect((await suite.generate(OK, key)).headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('whoever takes batches from item to item', () => {
  it('may have died in between and be replaced: a run that it made too late is cancelled', async () => {
    const { batch_id: batchId, run_ids: runs } = await begin({ requests: [ENDLESS, ENDLESS], parallel: false });
    expect((await cancel(batchId)).body.completed_at).not.toBeNull();
    const late = runs[1] ?? '';
    const generations = new Generations(
      new PostgresEventStore(suite.database.pool, new EventTypes([GENERATION_EVENTS, BATCH_EVENTS])),
    );
    const order = orderOf({ provider: 'simulator', model: 'slow-30s', batch_id: batchId, batch_index: 1 });
    await generations.decide(late, { type: 'CreateGeneration', order, now: new Date() }, { metadata: METADATA });
    expect((await suite.ended(late)).status).toBe('cancelled');
    expect((await eventTypes(batchId)).filter((type) => type === 'ItemEnded')).toHaveLength(2);
  });

  it('may do everything once more: nothing is made, ended or stopped twice', async () => {
    const events = (): Promise<number> => count('events');
    const behind = (): Promise<number> => count(`subscriptions where position < (select max(position) from events)`);
    await eventually(
      () => count(`generations where status in ('pending', 'processing')`),
      (unfinished) => unfinished === 0,
    );
    await eventually(behind, (lagging) => lagging === 0);
    await suite.restart();
    const before = await events();
    await suite.database.pool.query(`update subscriptions set position = 0 where name = 'run_batch'`);
    await suite.restart();
    await eventually(behind, (lagging) => lagging === 0, 30_000);
    expect(await events()).toBe(before);
  });
});
