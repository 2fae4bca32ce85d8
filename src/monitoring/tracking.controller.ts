import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { IdempotencyKey, keyOf } from '../platform/http/idempotency-key.js';
import { originOf } from '../platform/http/request-origin.js';
import { TrackJob } from './monitoring.commands.js';
import { TooManyReports } from './monitoring.errors.js';
import { ReportAllowance } from './report-allowance.policy.js';
import { RequestStatistics } from './request-statistics.store.js';
import { ApiTrackEndpoint, ApiTrackJob } from './tracking-docs.dto.js';
import { EndpointReportDto, JobReportDto, toJob, type EndpointReported, type JobReported } from './tracking.dto.js';

/** Who reports while there are no API keys. */
const USER_ID = 1;
const JOB_ROUTE = 'POST /api/monitoring/track/job';

@ApiTags('Monitoring')
@Controller('api/monitoring/track')
export class TrackingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly requests: RequestStatistics,
    private readonly allowance: ReportAllowance,
  ) {}

  @Post('job')
  @HttpCode(200)
  @ApiTrackJob()
  async trackJob(
    @Body() body: JobReportDto,
    @IdempotencyKey() key: string | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<JobReported> {
    const job = toJob(body);
    this.allow();
    const id = uuidv7();
    const origin = originOf(`user:${String(USER_ID)}`, id);
    const report = await this.commands.execute(new TrackJob(id, job, keyOf(key, USER_ID, JOB_ROUTE, body), origin));
    if (report.replayed) response.setHeader('Idempotent-Replayed', 'true');
    return { tracked: true, id: report.id };
  }

  @Post('endpoint')
  @HttpCode(200)
  @ApiTrackEndpoint()
  trackEndpoint(@Body() { method, path, status, duration }: EndpointReportDto): EndpointReported {
    this.allow();
    return {
      tracked: true,
      path: this.requests.track(method, path, { status, seconds: duration, at: new Date() }),
    };
  }

  /** @throws TooManyReports */
  private allow(): void {
    const wait = this.allowance.take(performance.now());
    if (wait > 0) throw new TooManyReports(wait);
  }
}
