import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { GetGenerationAnswers } from '../generation/status/generation.queries.js';
import { Config } from '../platform/config/config.js';
import { notModified } from '../platform/http/etag.js';
import { IdempotencyKey, keyOf } from '../platform/http/idempotency-key.js';
import { parseResourceId } from '../platform/http/ids.js';
import { Prefer, setPreferenceApplied, type Preference } from '../platform/http/prefer.js';
import { originOf } from '../platform/http/request-origin.js';
import { closeWith } from '../platform/http/waits.js';
import { BatchEnds } from './batch-ends.signal.js';
import { ApiCancelBatch, ApiGenerateBatch, ApiGetBatch } from './batch-docs.dto.js';
import { batchUrl, batchView } from './batch-view.policy.js';
import { CancelBatch, RequestBatch } from './batch.commands.js';
import { BatchAnswer, BatchDto, toBatchRequest } from './batch.dto.js';
import { BatchNotFound } from './batch.errors.js';
import { GetBatch, type BatchRow } from './batch.queries.js';

/** Longest time that the answer of a cancel waits for the runs to be stopped, which takes milliseconds. */
const CANCEL_WAIT_MS = 5_000;

@ApiTags('Generate')
@Controller('api/generate/batch')
export class BatchController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ends: BatchEnds,
    private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiGenerateBatch()
  async generateBatch(
    @Body() body: BatchDto,
    @IdempotencyKey() key: string | null,
    @Prefer() preference: Preference,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BatchAnswer> {
    const request = toBatchRequest(body);
    const { userId } = request;
    const newId = uuidv7();
    const idempotencyKey = keyOf(key, userId, 'POST /api/generate/batch', body);
    const { batchId, replayed } = await this.commands.execute(
      new RequestBatch(newId, request, idempotencyKey, originOf(`user:${String(userId)}`, newId)),
    );
    if (replayed) response.setHeader('Idempotent-Replayed', 'true');
    setPreferenceApplied(response, preference);
    const { waitSeconds, respondAsync } = preference;
    const limit = waitSeconds ?? (respondAsync ? 0 : this.config.get('WAIT_LIMIT_SECONDS'));
    const row = await this.settled(batchId, limit * 1000, response);
    if (limit === 0 || row.completed_at === null) {
      response.status(202).setHeader('Location', batchUrl(batchId));
      response.setHeader('Retry-After', '1');
    }
    return this.view(row);
  }

  @Get(':batch_id')
  @ApiGetBatch()
  async getBatch(
    @Param('batch_id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BatchAnswer | undefined> {
    const row = await this.row(id);
    // Runs begin without a new version of the batch, so only one that has ended has a strong tag.
    if (row.completed_at !== null && notModified(request, response, row.version)) return undefined;
    return this.view(row);
  }

  @Post(':batch_id/cancel')
  @HttpCode(200)
  @ApiCancelBatch()
  async cancelBatch(
    @Param('batch_id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BatchAnswer> {
    const { batch_id: batchId, user_id: userId } = await this.row(id);
    await this.commands.execute(new CancelBatch(batchId, originOf(`user:${String(userId)}`, batchId)));
    return this.view(await this.settled(batchId, CANCEL_WAIT_MS, response));
  }

  /** The batch when it has ended, when the time is over or when the client has hung up, which does not stop it. */
  private async settled(batchId: string, withinMs: number, response: Response): Promise<BatchRow> {
    const watch = this.ends.watch(batchId);
    closeWith(response, watch);
    try {
      const row = await this.queries.execute(new GetBatch(batchId));
      if (withinMs === 0 || row.completed_at !== null) return row;
      await watch.wait(withinMs);
      return await this.queries.execute(new GetBatch(batchId));
    } finally {
      watch.close();
    }
  }

  private async view(row: BatchRow): Promise<BatchAnswer> {
    const runIds = row.items.map(({ run_id }) => run_id);
    return batchView(row, await this.queries.execute(new GetGenerationAnswers(runIds)));
  }

  /** @throws ResourceNotFound, BatchNotFound */
  private row(id: string): Promise<BatchRow> {
    const parsed = parseResourceId(id);
    if (parsed.kind !== 'uuid') throw new BatchNotFound(parsed.id);
    return this.queries.execute(new GetBatch(parsed.id));
  }
}
