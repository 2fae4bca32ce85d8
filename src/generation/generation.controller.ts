import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { type Command, CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../platform/config/config.js';
import { notModified } from '../platform/http/etag.js';
import { IdempotencyKey, keyOf } from '../platform/http/idempotency-key.js';
import { parseResourceId } from '../platform/http/ids.js';
import { Asked } from '../platform/http/asked.js';
import { Prefer, setPreferenceApplied, type Preference } from '../platform/http/prefer.js';
import { originOf } from '../platform/http/request-origin.js';
import { RequestHeader } from '../platform/http/request-header.js';
import { closeWith, type Watch } from '../platform/http/waits.js';
import {
  CancelGeneration,
  RefineGeneration,
  RequestGeneration,
  RetryGeneration,
  type RequestedGeneration,
} from './generation.commands.js';
import { GenerateDto } from './generation.dto.js';
import { toRequest } from './generation-request.dto.js';
import {
  ApiCancelGeneration,
  ApiGenerate,
  ApiGetGeneration,
  ApiGetLineage,
  ApiGetParameters,
  ApiListEvents,
  ApiRefineGeneration,
  ApiRetryGeneration,
} from './generation-docs.dto.js';
import { PARAMETERS } from './generation.data.js';
import { Lineage } from './refine/lineage.dto.js';
import { changesOf, RefineDto } from './refine/refine.dto.js';
import { GenerationCancelledMeanwhile, GenerationRunFailed } from './generation.errors.js';
import type { Parameters } from './parameters.dto.js';
import type { AcceptedGeneration, Generation, GenerationDetail } from './status/generation-answer.dto.js';
import {
  GetAttempts,
  GetGeneration,
  GetLineage,
  GetRunEvents,
  type GenerationRow,
} from './status/generation.queries.js';
import { acceptedView, generationDetailView, generationView } from './status/generation-view.policy.js';
import { RunEnds } from './status/run-ends.signal.js';
import type { RunHistory } from './status/run-history.dto.js';

const userActor = (userId: number): string => `user:${String(userId)}`;

@ApiTags('Generate')
@Controller('api/generate')
export class GenerationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ends: RunEnds,
    private readonly config: Config,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiGenerate()
  async generate(
    @Body() body: GenerateDto,
    @IdempotencyKey() key: string | null,
    @Prefer() preference: Preference,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Generation | AcceptedGeneration> {
    const request = toRequest(body);
    const idempotencyKey = keyOf(key, request.userId, 'POST /api/generate', body);
    return this.answerTo(
      (runId) => new RequestGeneration(runId, request, idempotencyKey, originOf(userActor(request.userId), runId)),
      preference,
      response,
    );
  }

  @Post(':id/refine')
  @HttpCode(200)
  @ApiRefineGeneration()
  async refineGeneration(
    @Param('id') id: string,
    @Body() body: RefineDto,
    @Asked() { key, preference }: Asked,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Generation | AcceptedGeneration> {
    const { run_id: parentId, user_id: owner } = await this.row(id);
    const userId = body.user_id ?? owner;
    const idempotencyKey = keyOf(key, userId, `POST /api/generate/${parentId}/refine`, body);
    const refinement = { parentId, instruction: body.instruction.trim(), changes: changesOf(body) };
    return this.answerTo(
      (runId) => new RefineGeneration(runId, refinement, idempotencyKey, originOf(userActor(userId), runId)),
      preference,
      response,
    );
  }

  @Get('parameters')
  @ApiGetParameters()
  getParameters(): Parameters {
    return PARAMETERS;
  }

  @Get(':id')
  @ApiGetGeneration()
  async getGeneration(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GenerationDetail | undefined> {
    const row = await this.row(id);
    if (notModified(request, response, row.version)) return undefined;
    return generationDetailView(row, await this.queries.execute(new GetAttempts(row.run_id, row.version)));
  }

  @Get(':id/events')
  @ApiListEvents()
  async listEvents(@Param('id') id: string): Promise<RunHistory> {
    const row = await this.row(id);
    return { run_id: row.run_id, id: row.id, events: await this.queries.execute(new GetRunEvents(row.run_id)) };
  }

  @Get(':id/lineage')
  @ApiGetLineage()
  async getLineage(@Param('id') id: string): Promise<Lineage> {
    const { run_id: runId } = await this.row(id);
    return { run_id: runId, ...(await this.queries.execute(new GetLineage(runId))) };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiCancelGeneration()
  async cancelGeneration(
    @Param('id') id: string,
    @RequestHeader('if-match') ifMatch: string | undefined,
  ): Promise<Generation> {
    const { run_id: runId, user_id: userId } = await this.row(id);
    await this.commands.execute(new CancelGeneration(runId, ifMatch, originOf(userActor(userId), runId)));
    return generationView(await this.row(runId));
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiRetryGeneration()
  async retryGeneration(
    @Param('id') id: string,
    @RequestHeader('if-match') ifMatch: string | undefined,
    @IdempotencyKey() key: string | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedGeneration> {
    const { run_id: runId, user_id: userId } = await this.row(id);
    const idempotencyKey = keyOf(key, userId, `POST /api/generate/${runId}/retry`, {});
    const made = await this.commands.execute(
      new RetryGeneration(runId, ifMatch, idempotencyKey, originOf(userActor(userId), runId)),
    );
    if (made.replayed) response.setHeader('Idempotent-Replayed', 'true');
    return this.accepted(await this.row(runId), response);
  }

  /** Makes a run, or finds the one that the idempotency key had made, and waits for its end as the caller prefers. */
  private async answerTo(
    commandFor: (runId: string) => Command<RequestedGeneration>,
    preference: Preference,
    response: Response,
  ): Promise<Generation | AcceptedGeneration> {
    const runId = uuidv7();
    const watch = this.ends.watch(runId);
    try {
      const made = await this.commands.execute(commandFor(runId));
      if (made.replayed) response.setHeader('Idempotent-Replayed', 'true');
      setPreferenceApplied(response, preference);
      return await (made.replayed
        ? this.answerEarlierRun(made.runId, preference, response)
        : this.answerNewRun(made, watch, preference, response));
    } finally {
      watch.close();
    }
  }

  private async answerNewRun(
    { runId, row }: RequestedGeneration,
    watch: Watch,
    preference: Preference,
    response: Response,
  ): Promise<Generation | AcceptedGeneration> {
    const limit = this.waitSeconds(preference);
    return row && (limit === 0 || row.completed_at !== null)
      ? this.answer(row, limit, response)
      : this.answerWhenDone(runId, watch, preference, response);
  }

  private async answerEarlierRun(
    runId: string,
    preference: Preference,
    response: Response,
  ): Promise<Generation | AcceptedGeneration> {
    const watch = this.ends.watch(runId);
    try {
      const limit = this.waitSeconds(preference);
      // It may have ended before the watch began.
      const row = await this.row(runId);
      if (limit === 0 || row.completed_at !== null) return this.answer(row, limit, response);
      return await this.answerWhenDone(runId, watch, preference, response);
    } finally {
      watch.close();
    }
  }

  private async answerWhenDone(
    runId: string,
    watch: Watch,
    preference: Preference,
    response: Response,
  ): Promise<Generation | AcceptedGeneration> {
    // A client that hangs up ends the wait, not the run.
    closeWith(response, watch);
    const limit = this.waitSeconds(preference);
    if (limit > 0) await watch.wait(limit * 1000);
    return this.answer(await this.row(runId), limit, response);
  }

  /** 0 for a caller who wants a 202 at once, whatever the state of the run. */
  private waitSeconds({ waitSeconds, respondAsync }: Preference): number {
    return waitSeconds ?? (respondAsync ? 0 : this.config.get('WAIT_LIMIT_SECONDS'));
  }

  /** The row decides and not what woke the wait: a run that failed may have been asked for again meanwhile. */
  private answer(row: GenerationRow, limit: number, response: Response): Generation | AcceptedGeneration {
    return limit > 0 && row.completed_at !== null ? this.finished(row) : this.accepted(row, response);
  }

  /** @throws GenerationRunFailed, GenerationCancelledMeanwhile */
  private finished(row: GenerationRow): Generation {
    if (row.status === 'failed' && row.error) throw new GenerationRunFailed(row, row.error);
    if (row.status === 'cancelled') throw new GenerationCancelledMeanwhile(row);
    return generationView(row);
  }

  private accepted(row: GenerationRow, response: Response): AcceptedGeneration {
    response.status(202).setHeader('Location', `/api/status/${row.run_id}`);
    response.setHeader('Retry-After', '1');
    return acceptedView(row);
  }

  private row(id: string): Promise<GenerationRow> {
    return this.queries.execute(new GetGeneration(parseResourceId(id)));
  }
}
