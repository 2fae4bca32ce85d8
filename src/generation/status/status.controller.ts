import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { notModified } from '../../platform/http/etag.js';
import { parseResourceId } from '../../platform/http/ids.js';
import { JobQueue, nullWhileAway } from '../../platform/queue/job-queue.port.js';
import { attemptJobId } from '../execution/attempt-job.policy.js';
import { ApiGetStatus } from '../generation-docs.dto.js';
import { ProgressChannel } from '../progress.port.js';
import type { RunStatus } from './generation-answer.dto.js';
import { GetGeneration } from './generation.queries.js';
import { statusView } from './generation-view.policy.js';

@ApiTags('Status')
@Controller('api/status')
export class StatusController {
  constructor(
    private readonly queries: QueryBus,
    private readonly progress: ProgressChannel,
    private readonly queue: JobQueue,
  ) {}

  @Get(':run_id')
  @ApiGetStatus()
  async getStatus(
    @Param('run_id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RunStatus | undefined> {
    const row = await this.queries.execute(new GetGeneration(parseResourceId(id)));
    // Progress and place in the queue change without a new version, so only a run that has ended has a strong tag.
    if (row.completed_at !== null && notModified(request, response, row.version)) return undefined;
    const place = row.status === 'pending' ? this.queue.place(attemptJobId(row.run_id, row.attempt)) : null;
    return statusView(row, this.progress.latest(row.run_id), (await place?.catch(nullWhileAway)) ?? null);
  }
}
