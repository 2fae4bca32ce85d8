import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { Asked } from '../../platform/http/asked.js';
import { keyOf } from '../../platform/http/idempotency-key.js';
import { setPreferenceApplied } from '../../platform/http/prefer.js';
import { originOf } from '../../platform/http/request-origin.js';
import { RequestGeneration, type GenerationRequest } from '../generation.commands.js';
import type { AcceptedJob } from '../status/generation-answer.dto.js';
import { GetGeneration } from '../status/generation.queries.js';
import { acceptedJobView } from '../status/generation-view.policy.js';
import { ImageToVideoDto, TextToImageDto, TextToVideoDto } from './job.dto.js';
import { imageJobOf, videoJobOf } from './job-request.dto.js';
import { ApiImageToVideo, ApiTextToImage, ApiTextToVideo } from './jobs-docs.dto.js';

/** What a job's route hands on beside its request. */
interface Call {
  readonly route: string;
  readonly asked: Asked;
  readonly body: object;
  readonly response: Response;
}

@ApiTags('Jobs')
@Controller('api/generate')
export class JobsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('text-to-image')
  @HttpCode(202)
  @ApiTextToImage()
  textToImage(
    @Body() body: TextToImageDto,
    @Asked() asked: Asked,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedJob> {
    return this.begin(imageJobOf(body), { route: 'text-to-image', asked, body, response });
  }

  @Post('text-to-video')
  @HttpCode(202)
  @ApiTextToVideo()
  textToVideo(
    @Body() body: TextToVideoDto,
    @Asked() asked: Asked,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedJob> {
    return this.begin(videoJobOf(body), { route: 'text-to-video', asked, body, response });
  }

  @Post('image-to-video')
  @HttpCode(202)
  @ApiImageToVideo()
  imageToVideo(
    @Body() body: ImageToVideoDto,
    @Asked() asked: Asked,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedJob> {
    return this.begin(videoJobOf(body), { route: 'image-to-video', asked, body, response });
  }

  private async begin(request: GenerationRequest, { route, asked, body, response }: Call): Promise<AcceptedJob> {
    const { key, preference } = asked;
    const runId = uuidv7();
    const idempotencyKey = keyOf(key, request.userId, `POST /api/generate/${route}`, body);
    const origin = originOf(`user:${String(request.userId)}`, runId);
    const made = await this.commands.execute(new RequestGeneration(runId, request, idempotencyKey, origin));
    if (made.replayed) response.setHeader('Idempotent-Replayed', 'true');
    const row = made.row ?? (await this.queries.execute(new GetGeneration({ kind: 'uuid', id: made.runId })));
    response.setHeader('Location', `/api/status/${row.run_id}`);
    response.setHeader('Retry-After', '1');
    // A job never waits, so a wish to wait is not honoured.
    if (preference.respondAsync) setPreferenceApplied(response, { ...preference, applied: 'respond-async' });
    return acceptedJobView(row);
  }
}
