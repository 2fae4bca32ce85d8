import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiIdempotencyKey, ApiPrefer, ApiProblems, BODY_PROBLEMS } from '../../platform/http/openapi-decorators.js';
import { responseHeaders } from '../../platform/http/openapi-schemas.js';
import { RUN_LINKS } from '../generation-docs.dto.js';
import { AcceptedJob } from '../status/generation-answer.dto.js';
import { ImageToVideoDto, TextToImageDto, TextToVideoDto } from './job.dto.js';
import {
  ACCEPTED_JOB,
  IMAGE_JOBS,
  IMAGE_TO_VIDEO_JOBS,
  JOB_FROM_CACHE,
  LACKING,
  VIDEO_JOBS,
} from './jobs-examples.data.js';

type Examples = Readonly<Record<string, { readonly summary: string; readonly value: object }>>;

const ApiJob = (
  body: Type,
  examples: Examples,
  { summary, description }: { readonly summary: string; readonly description: string },
): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary, description }),
    ApiBody({ type: body, examples: { ...examples } }),
    ApiResponse({
      status: 202,
      description: 'The job is recorded, and goes on; or it was answered from the cache.',
      type: AcceptedJob,
      headers: responseHeaders('Location', 'Retry-After', 'Preference-Applied', 'Idempotent-Replayed'),
      examples: {
        accepted: { summary: 'Accepted', value: ACCEPTED_JOB },
        cached: { summary: 'The result was there already', value: JOB_FROM_CACHE },
      },
      links: RUN_LINKS,
    }),
    ApiProblems(...BODY_PROBLEMS.filter((status) => status !== 422), LACKING),
    ApiIdempotencyKey(),
    ApiPrefer(),
  );

/** POST /api/generate/text-to-image */
export const ApiTextToImage = (): MethodDecorator =>
  ApiJob(TextToImageDto, IMAGE_JOBS, {
    summary: 'Begin a text-to-image job',
    description:
      'Records a job for one to eight variants of a picture and answers at once; follow `stream_url`, or ask `status_url`. Each variant appears ' +
      'there as soon as it is made. Where one fails after all its retries the job fails and keeps the others; a retry of the job makes only what is ' +
      'missing. The prompt may be a FIBO object, and uploads may guide the picture where the model can do that (`capabilities` in ' +
      '`GET /api/models`).',
  });

/** POST /api/generate/text-to-video */
export const ApiTextToVideo = (): MethodDecorator =>
  ApiJob(TextToVideoDto, VIDEO_JOBS, {
    summary: 'Begin a text-to-video job',
    description:
      'Records a job for a video (MP4, H.264) with its first frame as a poster and an animated preview, and answers at once. Words such as ' +
      '“handheld” or “time-lapse” in the prompt say how the camera moves.',
  });

/** POST /api/generate/image-to-video */
export const ApiImageToVideo = (): MethodDecorator =>
  ApiJob(ImageToVideoDto, IMAGE_TO_VIDEO_JOBS, {
    summary: 'Begin an image-to-video job',
    description: 'Sets an upload, or an artifact, in motion; else like `POST /api/generate/text-to-video`.',
  });
