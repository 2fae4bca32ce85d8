import { applyDecorators, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/openapi-decorators.js';
import { DURATIONS, HEALTH, RESET, SYSTEM, USAGE } from './monitoring-examples.data.js';
import {
  DurationStatistics,
  MonitoringHealth,
  StatisticsReset,
  SystemStatistics,
  UsageStatistics,
} from './monitoring.dto.js';

/** What is said of an operation that takes no input. */
export interface Told {
  readonly summary: string;
  readonly description: string;
  readonly type: Type;
  readonly value: object;
}

export const ApiTold = ({ summary, description, type, value }: Told): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary, description }),
    ApiResponse({
      status: 200,
      description: 'The figures.',
      type,
      examples: { figures: { summary: 'An installation that is in use', value } },
    }),
    ApiProblems(),
  );

/** Where counts come from, as all their routes say it. */
export const COUNTED =
  'Counts of all processes from the log: they survive restarts, and `POST /api/monitoring/reset-stats` has them start again from zero.';

/** GET /api/monitoring/health */
export const ApiMonitoringHealth = (): MethodDecorator =>
  ApiTold({
    summary: 'Ask how the installation is',
    description: 'For people and dashboards; the probes of orchestrators are under `/health`.',
    type: MonitoringHealth,
    value: HEALTH,
  });

/** GET /api/monitoring/stats/system */
export const ApiSystemStatistics = (): MethodDecorator =>
  ApiTold({
    summary: 'Count the jobs',
    description: `${COUNTED} A job that was under way at a reset is still pending, and counts where it ends.`,
    type: SystemStatistics,
    value: SYSTEM,
  });

/** GET /api/monitoring/stats/usage */
export const ApiUsageStatistics = (): MethodDecorator =>
  ApiTold({
    summary: 'Count what was made',
    description: `${COUNTED} What jobs made that ran elsewhere is known from \`POST /api/monitoring/track/job\`.`,
    type: UsageStatistics,
    value: USAGE,
  });

/** GET /api/monitoring/stats/durations */
export const ApiDurationStatistics = (): MethodDecorator =>
  ApiTold({
    summary: 'Tell how long jobs take',
    description: `A histogram of completed jobs by type and model, in seconds. ${COUNTED}`,
    type: DurationStatistics,
    value: DURATIONS,
  });

/** POST /api/monitoring/reset-stats */
export const ApiResetStatistics = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Start the counts again from zero',
      description:
        'The counts of jobs, usage, durations, presets and endpoints are then of what comes after, in every process. The reset is an event of the ' +
        'log: no event is deleted, and `GET /api/generate/history`, `GET /api/generate/statistics` and the list of errors stay as they are. What is ' +
        'pending stays pending. A repeat of the request resets again. For administrators; while there are no API keys, whoever can call the API is one.',
    }),
    ApiResponse({
      status: 200,
      description: 'The counts are zero.',
      type: StatisticsReset,
      examples: { reset: { summary: 'Reset', value: RESET } },
    }),
    ApiProblems(),
  );
