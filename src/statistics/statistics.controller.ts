import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiGetStatistics } from './statistics-docs.dto.js';
import { DEFAULT_DAYS, StatisticsQuery, type Statistics } from './statistics.dto.js';
import { StatisticsReports } from './statistics.store.js';

@ApiTags('Generate')
@Controller('api/generate/statistics')
export class StatisticsController {
  constructor(private readonly reports: StatisticsReports) {}

  @Get()
  @ApiGetStatistics()
  getStatistics(@Query() query: StatisticsQuery): Promise<Statistics> {
    const of = { userId: query.user_id ?? null, projectId: query.project_id ?? null };
    return this.reports.report(of, query.days ?? DEFAULT_DAYS, new Date());
  }
}
