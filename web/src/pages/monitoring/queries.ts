import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { getJson } from '../../api.js';
import type { Dashboard, Endpoints, MonitoringHealth, RecentErrors, Statistics } from './answers.js';

export const REFRESH_SECONDS = 5;
export const ERRORS_SHOWN = 6;
/** Days of the chart, today included. */
export const DAYS = 14;

/** Everything that the page asks for, each with its own fate. */
export interface Monitoring {
  readonly dashboard: UseQueryResult<Dashboard>;
  readonly errors: UseQueryResult<RecentErrors>;
  readonly endpoints: UseQueryResult<Endpoints>;
  readonly statistics: UseQueryResult<Statistics>;
  readonly health: UseQueryResult<MonitoringHealth>;
  readonly readiness: UseQueryResult;
}

/** One read of the API, again and again while `auto` holds and somebody looks: a hidden tab asks for nothing. */
const useRead = <Answer>(path: string, auto: boolean): UseQueryResult<Answer> =>
  useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => getJson<Answer>(path, signal),
    refetchInterval: auto ? REFRESH_SECONDS * 1000 : false,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: auto,
  });

export const useMonitoring = (auto: boolean): Monitoring => ({
  dashboard: useRead<Dashboard>('/api/monitoring/dashboard', auto),
  errors: useRead<RecentErrors>(`/api/monitoring/errors/recent?limit=${String(ERRORS_SHOWN)}`, auto),
  endpoints: useRead<Endpoints>('/api/monitoring/stats/endpoints', auto),
  statistics: useRead<Statistics>(`/api/generate/statistics?days=${String(DAYS)}`, auto),
  health: useRead<MonitoringHealth>('/api/monitoring/health', auto),
  readiness: useRead<unknown>('/health/ready', auto),
});

/** Asks for everything at once, and resolves when all of it was answered, or was not. */
export const refreshAll = async (monitoring: Monitoring): Promise<void> => {
  const { dashboard, errors, endpoints, statistics, health, readiness } = monitoring;
  await Promise.all([dashboard, errors, endpoints, statistics, health, readiness].map((query) => query.refetch()));
};
