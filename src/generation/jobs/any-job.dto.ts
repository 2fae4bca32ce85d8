import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import type { GenerationRequest } from '../generation.commands.js';
import { GenerateDto, toRequest, visualOf } from '../generation.dto.js';
import { ImageToVideoDto, TextToImageDto } from './job.dto.js';
import { imageJobOf, videoJobOf } from './job-request.dto.js';

class Direction extends PickType(GenerateDto, [
  'mode',
  'camera_angle',
  'fov',
  'lighting',
  'color_palette',
  'composition',
  'style',
] as const) {}

class Film extends PartialType(PickType(ImageToVideoDto, ['duration_seconds', 'fps', 'image'] as const)) {}

/** The body of any route that makes something, for those that only talk about it. */
export class AnyJobDto extends IntersectionType(TextToImageDto, Direction, Film) {}

/**
 * What a body asks for: a video where it has a field that only videos have, a text-to-image job where it has one that only those have, and
 * otherwise a plain generation. A text-to-image job without such a field is a plain generation in the mode `manual`.
 */
export const anyRequestOf = (body: AnyJobDto): GenerationRequest => {
  if ((body.duration_seconds ?? body.fps ?? body.image) !== undefined) return videoJobOf(body);
  const isJob = (body.structured_prompt ?? body.num_variants ?? body.guidance_images ?? body.controlnet) !== undefined;
  if (isJob) return { ...imageJobOf(body), visual: visualOf(body), mode: body.mode ?? 'manual' };
  const request = toRequest(Object.assign({}, body, { prompt: body.prompt ?? '' }));
  return body.guidance_scale === undefined ? request : { ...request, cfgScale: body.guidance_scale };
};
