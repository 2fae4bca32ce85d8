import { deepStrictEqual } from 'node:assert';
import type pg from 'pg';
import type { HistoryPage } from '../../../src/generation/history/history.dto.js';
import { STATUSES } from '../../../src/generation/generation.events.js';
import type { SystemStatistics, UsageStatistics } from '../../../src/monitoring/monitoring.dto.js';
import type { Statistics } from '../../../src/statistics/statistics.dto.js';
import { recompute, statisticsOf } from '../recomputed.js';
import type { PatientClient } from './client.js';
import { unexpected } from './customer.js';
import { USERS } from './orders.js';
import type { RunRecord } from './run-record.js';

/** What one server says of all runs together, or of one user's. */
interface ToldOfUser {
  readonly userId: number | null;
  readonly statistics: Statistics;
  /** Totals of the history by status, as `12 eq`; that of all under `all`. */
  readonly history: Readonly<Record<string, string>>;
}

/** What one server says of sums. */
export interface ToldSums {
  readonly origin: string;
  readonly users: readonly ToldOfUser[];
  readonly system: SystemStatistics;
  readonly usage: UsageStatistics;
}

const DAYS = 3;

const ask = async <T>(client: PatientClient, path: string): Promise<T> => {
  const answer = await client.ask<T>(path);
  if (answer.status !== 200) throw unexpected(path, answer);
  return answer.body;
};

const historyOf = async (client: PatientClient, user: string): Promise<Record<string, string>> => {
  const totals = ['all', ...STATUSES].map(async (status) => {
    const path = `/api/generate/history?limit=1${user}${status === 'all' ? '' : `&status=${status}`}`;
    const { total, total_relation: relation } = await ask<HistoryPage>(client, path);
    return [status, `${String(total)} ${relation}`] as const;
  });
  return Object.fromEntries(await Promise.all(totals));
};

/** Asks a server for every sum. @param client of that server alone */
export const askSums = async (client: PatientClient, origin: string): Promise<ToldSums> => ({
  origin,
  users: await Promise.all(
    [null, ...USERS].map(async (userId) => {
      const user = userId === null ? '' : `&user_id=${String(userId)}`;
      const statistics = await ask<Statistics>(client, `/api/generate/statistics?days=${String(DAYS)}${user}`);
      return { userId, statistics, history: await historyOf(client, user) };
    }),
  ),
  system: await ask<SystemStatistics>(client, '/api/monitoring/stats/system'),
  usage: await ask<UsageStatistics>(client, '/api/monitoring/stats/usage'),
});

const differences = (what: string, told: unknown, expected: unknown): string[] => {
  try {
    deepStrictEqual(told, expected);
    return [];
  } catch (error) {
    return [`${what}: ${(error as Error).message}`];
  }
};

const LAST_DIGIT = 0.0001;
const EVER = ['2000-01-01', '2100-01-01'];

const userProblems = async (client: pg.Client, { userId, statistics, history }: ToldOfUser): Promise<string[]> => {
  const log = {
    sql: async <Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> =>
      (await client.query<Row>(text, [...values])).rows,
  };
  const days = statistics.daily.map(({ date }) => date);
  const [inDays, ever] = [
    await recompute(log, { userId, projectId: null, days }),
    await recompute(log, { userId, projectId: null, days: EVER }),
  ];
  // Percentiles are told within 1 %, and held to that by a test of their own.
  const {
    p50_generation_time: _p50,
    p95_generation_time: _p95,
    average_generation_time: average,
    ...told
  } = statistics;
  const { average_generation_time: exactAverage, ...exact } = statisticsOf(inDays, days);
  const count = (status: string): number => ever.history.filter((run) => run.status === status).length;
  const totals = Object.fromEntries(
    [['all', ever.total] as const, ...STATUSES.map((status) => [status, count(status)] as const)].map(
      ([status, runs]) => [status, `${String(runs)} eq`],
    ),
  );
  return [
    ...differences(`statistics of user ${String(userId)}`, told, exact),
    // The last digit of a mean that lies between two is rounded as the sum was made.
    ...(Math.abs((average ?? 0) - (exactAverage ?? 0)) < 1.5 * LAST_DIGIT
      ? []
      : [`mean time of user ${String(userId)}: ${String(average)} in place of ${String(exactAverage)}`]),
    ...differences(`history of user ${String(userId)}`, history, totals),
  ];
};

const monitoringProblems = ({ system, usage }: ToldSums, runs: readonly RunRecord[]): string[] => {
  const count = (status: RunRecord['status']): number => runs.filter((run) => run.status === status).length;
  const { avg_generation_time: _average, uptime_seconds: _uptime, ...told } = system;
  const made = runs.filter(({ status, source }) => status === 'completed' && source === null);
  return [
    ...differences('monitoring of the system', told, {
      total_jobs: runs.length,
      jobs_completed: count('completed'),
      jobs_failed: count('failed'),
      jobs_cancelled: count('cancelled'),
      jobs_pending: 0,
      since: null,
    }),
    ...differences('monitoring of the usage', usage.total_images_generated, made.length),
  ];
};

/** Holds what a server told of sums to what the events say. */
export const sumProblems = async (
  client: pg.Client,
  told: ToldSums,
  runs: ReadonlyMap<string, RunRecord>,
): Promise<string[]> => {
  const users: string[] = [];
  for (const each of told.users) users.push(...(await userProblems(client, each)));
  return [...users, ...monitoringProblems(told, [...runs.values()])].map((problem) => `${told.origin}: ${problem}`);
};
