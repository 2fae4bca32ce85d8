import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { endpointsOf } from './endpoint-report.policy.js';
import {
  ApiEndpointStatistics,
  ApiRecentErrors,
  DEFAULT_ERRORS,
  RecentErrorsQuery,
  type EndpointStatistics,
  type RecentErrors,
} from './endpoints.dto.js';
import { MonitoringReports } from './monitoring.store.js';
import { RecentErrorList } from './recent-errors.store.js';
import { RequestStatistics } from './request-statistics.store.js';

@ApiTags('Monitoring')
@Controller('api/monitoring')
export class EndpointsController {
  constructor(
    private readonly requests: RequestStatistics,
    private readonly errors: RecentErrorList,
    private readonly reports: MonitoringReports,
  ) {}

  @Get('stats/endpoints')
  @ApiEndpointStatistics()
  async getEndpointStatistics(): Promise<EndpointStatistics> {
    return endpointsOf(await this.requests.endpoints(), await this.reports.since());
  }

  @Get('errors/recent')
  @ApiRecentErrors()
  async listRecentErrors(@Query() { limit }: RecentErrorsQuery): Promise<RecentErrors> {
    return { errors: await this.errors.newest(limit ?? DEFAULT_ERRORS) };
  }
}
