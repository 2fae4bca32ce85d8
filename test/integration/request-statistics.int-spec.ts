import { randomUUID } from 'node:crypto';
import { MONITORING_EVENTS } from '../../src/monitoring/monitoring.events.js';
import { MOST_ENDPOINTS, OTHER } from '../../src/monitoring/endpoint-counts.policy.js';
import { endpointsOf } from '../../src/monitoring/endpoint-report.policy.js';
import type { EndpointUse } from '../../src/monitoring/endpoints.dto.js';
import { FailedRequests } from '../../src/monitoring/failed-requests.store.js';
import { MonitoringProjection } from '../../src/monitoring/monitoring.projection.js';
import { RecentErrorList } from '../../src/monitoring/recent-errors.store.js';
import { RequestStatistics } from '../../src/monitoring/request-statistics.store.js';
import { RequestMeter } from '../../src/platform/http/request-meter.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, upTo } from '../support/event-samples.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

/** One process of the program, as far as it counts requests. */
class CountingProcess {
  private constructor(
    readonly kernel: KernelProcess,
    readonly requests: RequestStatistics,
    readonly failures: FailedRequests,
  ) {}

  static async start(url: string): Promise<CountingProcess> {
    const kernel = new KernelProcess(url, { declarations: [MONITORING_EVENTS] });
    kernel.subscriptions.addProjection(new MonitoringProjection());
    const failures = new FailedRequests(kernel.pool);
    const requests = new RequestStatistics(kernel.pool, new RequestMeter(), kernel.tail, failures);
    await kernel.start();
    await requests.onModuleInit();
    return new CountingProcess(kernel, requests, failures);
  }

  count(path: string, times: number, seconds = 0.01): void {
    for (let n = 0; n < times; n++) this.requests.track('GET', path, { status: 200, seconds, at: new Date() });
  }

  async reset(): Promise<void> {
    const event = { type: 'MonitoringReset', data: { reset_at: new Date().toISOString() } };
    await this.kernel.store.append({
      ...{ streamId: randomUUID(), streamType: 'monitoring_reset', expectedVersion: 0 },
      events: [{ id: randomUUID(), event, metadata: METADATA }],
    });
  }

  async use(path: string): Promise<EndpointUse | undefined> {
    return endpointsOf(await this.requests.endpoints(), null).endpoints.find((each) => each.path === path);
  }

  async stop(): Promise<void> {
    await this.requests.onApplicationShutdown();
    await this.kernel.close();
  }
}

let database: TestDatabase;
let running: CountingProcess[];

beforeEach(async () => {
  database = await freshDatabase();
  running = await Promise.all([CountingProcess.start(database.url), CountingProcess.start(database.url)]);
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await database.drop();
});

const both = (): [CountingProcess, CountingProcess] => {
  const [one, other] = running;
  if (!one || !other) throw new Error('two processes are needed');
  return [one, other];
};

describe('the counts of requests', () => {
  it('are the sum of what all processes write, also when they write at the same time', async () => {
    const [one, other] = both();
    for (const round of upTo(5)) {
      one.count('/a', round, 0.02);
      other.count('/a', 2 * round, 0.08);
      await Promise.all([one.requests.flush(), other.requests.flush(), one.requests.flush()]);
    }
    const use = await one.use('/a');
    expect(use).toMatchObject({ count: 45, avg_response_time: 0.06 });
    expect(use?.p95_response_time).toBeCloseTo(0.08, 2);
    expect(await other.use('/a')).toEqual(use);
  });

  it('are written by a process that stops, and go on in the one that comes after it', async () => {
    const [one, other] = both();
    await one.reset();
    one.count('/a', 3);
    await one.stop();
    running = [other, await CountingProcess.start(database.url)];
    running[1]?.count('/a', 2);
    await running[1]?.requests.flush();
    await until('the other one has heard of the reset', async () => (await other.use('/a'))?.count === 5);
  });

  it('of before a reset are never added to those after it, however late they are written', async () => {
    const [one, other] = both();
    one.count('/a', 4);
    await one.requests.flush();
    other.count('/a', 100);
    await one.reset();
    one.count('/a', 1);
    await one.requests.flush();
    expect((await one.use('/a'))?.count).toBe(1);
    // Whether it has heard of the reset by now or not.
    await other.requests.flush();
    expect((await one.use('/a'))?.count).toBe(1);
    other.count('/a', 2);
    await other.requests.flush();
    expect((await one.use('/a'))?.count).toBe(3);
  });

  it('stay in memory while they cannot be written, and are written then', async () => {
    const [one] = both();
    one.count('/a', 2);
    await database.pool.query('alter table endpoint_statistics rename to away');
    await expect(one.requests.flush()).rejects.toThrow('endpoint_statistics');
    one.count('/a', 1);
    await database.pool.query('alter table away rename to endpoint_statistics');
    expect((await one.use('/a'))?.count).toBe(3);
  });

  it('are of a bounded number of endpoints, in memory and in the table, over all processes', async () => {
    const [one, other] = both();
    for (const n of upTo(400)) {
      one.count(`/one/x${String(n)}`, 1);
      other.count(`/other/x${String(n)}`, 1);
    }
    await Promise.all([one.requests.flush(), other.requests.flush()]);
    const { rows } = await database.pool.query<{ endpoints: number }>(
      'select count(*)::int as endpoints from endpoint_statistics',
    );
    expect(rows[0]?.endpoints).toBe(MOST_ENDPOINTS + 1);
    expect((await one.use(OTHER.path))?.count).toBe(300);
  });
});

describe('the list of failed requests', () => {
  it('keeps the newest thousand of all processes', async () => {
    const [one, other] = both();
    const problem = { code: 'internal_error', detail: 'An unexpected fault' };
    const fail = ({ failures }: CountingProcess, n: number): void => {
      const at = new Date(Date.UTC(2026, 10, 26) + n * 1000);
      failures.add({ method: 'GET', path: `/x/${String(n)}`, status: 500, problem, traceId: 'ab'.repeat(16), at });
    };
    for (const n of upTo(700)) fail(one, n);
    await one.failures.write();
    for (const n of upTo(700)) fail(other, 700 + n);
    await other.failures.write();
    const { rows } = await database.pool.query<{ kept: number; oldest: string }>(
      "select count(*)::int as kept, min(split_part(path, '/', 3)::int) as oldest from failed_requests",
    );
    expect(rows).toEqual([{ kept: 1_000, oldest: 401 }]);
    const list = new RecentErrorList(one.kernel.pool, one.kernel.subscriptions, one.failures);
    expect((await list.newest(2)).map(({ path }) => path)).toEqual(['GET /x/1400', 'GET /x/1399']);
  });
});
