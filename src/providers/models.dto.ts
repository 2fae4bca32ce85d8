import { ApiExtraModels, ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { ModelDescription } from './image-provider.port.js';

/** The model of requests that name none. */
export class DefaultModel {
  @ApiProperty({ description: 'Id of the provider.' })
  provider!: string;

  @ApiProperty({ description: 'Id of the model.' })
  model!: string;
}

/** Smallest and largest value. */
export class ModelLimit {
  @ApiProperty({ description: 'Smallest value.' })
  min!: number;

  @ApiProperty({ description: 'Largest value.' })
  max!: number;
}

/** What a model costs. */
export class ModelPrice {
  @ApiProperty({ enum: ['image', 'second'], enumName: 'PriceUnit', description: 'What is paid for.' })
  unit!: ModelDescription['price']['unit'];

  @ApiProperty({ minimum: 0, description: 'US dollars for one unit.' })
  usd!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Pixels of a frame that `usd` includes; more cost in proportion. Null where any size costs the same.',
  })
  included_pixels!: number | null;

  @ApiProperty({ minimum: 0, description: 'US dollars for a guidance image.' })
  guidance_image_usd!: number;

  @ApiProperty({ minimum: 0, description: 'US dollars for ControlNet.' })
  controlnet_usd!: number;
}

/** A model as GET /api/models lists it. */
@ApiExtraModels(ModelLimit)
@ApiSchema({ name: 'Model' })
export class ModelView implements ModelDescription {
  @ApiProperty({ description: "The id that a request's `model` takes." })
  id!: string;

  @ApiProperty({ description: 'Its name, for people.' })
  name!: string;

  @ApiProperty({ description: 'Changes when the same request gives another result than before.' })
  version!: string;

  @ApiProperty({ enum: ['image', 'video'], enumName: 'MediaKind', isArray: true, description: 'What it makes.' })
  types!: ModelDescription['types'];

  @ApiProperty({
    type: [String],
    description:
      'What it can do: `text-to-image`, `text-to-video`, `image-to-video`, `guidance`, `controlnet:TYPE`, and words that say more about it.',
  })
  capabilities!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ModelLimit' },
    description: 'What it takes, by field of a request. `pixel_frames` is width × height × frames of a video.',
  })
  limits!: ModelDescription['limits'];

  @ApiProperty({ type: ModelPrice, description: 'What it costs.' })
  price!: ModelPrice;
}

/** A provider as GET /api/models lists it. */
@ApiSchema({ name: 'Provider' })
export class ProviderView {
  @ApiProperty({ description: "The id that a request's `provider` takes." })
  id!: string;

  @ApiProperty({ description: 'Its name, for people.' })
  name!: string;

  @ApiProperty({ description: 'Whether this installation can use it.' })
  configured!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'What is missing where it cannot be used.' })
  reason!: string | null;

  @ApiProperty({ type: [ModelView], description: 'Its models; the first is its default.' })
  models!: readonly ModelView[];
}

/** The answer of GET /api/models. */
export class ModelList {
  @ApiProperty({ type: DefaultModel, description: 'What requests get that name neither.' })
  default!: DefaultModel;

  @ApiProperty({ type: [ProviderView], description: 'All providers, those too that are not configured.' })
  providers!: readonly ProviderView[];
}
