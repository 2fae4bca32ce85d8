import { ApiPropertyOptional, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { fieldsOf } from '../../platform/http/dto-fields.js';
import { RequestInvalid } from '../../platform/http/http.errors.js';
import type { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import type { GenerationRequest } from '../generation.commands.js';
import type { GenerationType } from '../generation.events.js';
import { GenerateDto, namedModel } from '../generation.dto.js';
import { toRequest } from '../generation-request.dto.js';
import { ImageToVideoDto, TextToImageDto, TextToVideoDto } from './job.dto.js';
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

/** The routes that make something, by the last part of their path, with the bodies that they take. */
const ROUTES = {
  generate: GenerateDto,
  'text-to-image': TextToImageDto,
  'text-to-video': TextToVideoDto,
  'image-to-video': ImageToVideoDto,
} as const;
type Route = keyof typeof ROUTES;

/** The body of any route that makes something, for those that only talk about it. */
export class AnyJobDto extends IntersectionType(TextToImageDto, Direction, Film) {
  @ApiPropertyOptional({
    enum: Object.keys(ROUTES),
    enumName: 'JobRoute',
    description:
      'The route that the body is for. Left out, it follows from the fields and the model: `image` is of an image-to-video job, `duration_seconds`, ' +
      '`fps`, a model and a preset for videos of a text-to-video one, `structured_prompt`, `num_variants`, `guidance_images` and `controlnet` of a ' +
      'text-to-image one; anything else is of `generate`.',
  })
  @IsOptional()
  @IsIn(Object.keys(ROUTES))
  type?: Route;
}

/** What tells the route of a body that does not: the models, and what the preset makes that it names. */
interface Catalogues {
  readonly models: ModelCatalogue;
  readonly presetType: GenerationType | null;
}

const routeOf = (body: AnyJobDto, { models, presetType }: Catalogues): Route => {
  const { type, image, duration_seconds, fps, structured_prompt, num_variants, guidance_images, controlnet } = body;
  if (type !== undefined) return type;
  if (image !== undefined) return 'image-to-video';
  const named = namedModel(body);
  const isFilmed = (duration_seconds ?? fps) !== undefined || presetType === 'video';
  if (isFilmed || (named && models.makesOnlyVideos(named.provider, named.model))) return 'text-to-video';
  const isJob = (structured_prompt ?? num_variants ?? guidance_images ?? controlnet) !== undefined;
  return isJob ? 'text-to-image' : 'generate';
};

/** @throws RequestInvalid for fields that the route would refuse */
const refuseOthersFields = (body: AnyJobDto, route: Route): void => {
  const known = fieldsOf(ROUTES[route]);
  const issues = Object.entries(body)
    .filter(([name, value]) => name !== 'type' && value !== undefined && value !== null && !known.has(name))
    .map(([name]) => ({ loc: ['body', name], msg: `A body of ${route} has no ${name}`, type: 'extra_forbidden' }));
  if (route === 'image-to-video' && body.image === undefined)
    issues.push({ loc: ['body', 'image'], msg: 'Field required', type: 'missing' });
  if (issues.length > 0) throw new RequestInvalid(issues);
};

/** What a body would ask for at its route. @throws RequestInvalid where that would refuse its fields */
export const anyRequestOf = (body: AnyJobDto, catalogues: Catalogues): GenerationRequest => {
  const route = routeOf(body, catalogues);
  refuseOthersFields(body, route);
  if (route === 'text-to-image') return imageJobOf(body);
  if (route === 'generate') return toRequest(Object.assign({}, body, { prompt: body.prompt ?? '' }));
  return videoJobOf(body);
};
