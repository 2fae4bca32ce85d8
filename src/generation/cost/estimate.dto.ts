import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { AnyJobDto } from '../jobs/any-job.dto.js';

/** Body of POST /api/cost/estimate. */
@ApiSchema({ name: 'EstimateRequest' })
export class EstimateDto extends AnyJobDto {}

/** A line of an estimate. */
export class EstimateItem {
  @ApiProperty({ description: 'What is paid for, for people.' })
  item!: string;

  @ApiProperty({ description: 'US dollars for all variants; negative where the cache saves them.' })
  usd!: number;
}

/** What a job would cost now. */
@ApiSchema({ name: 'Estimate' })
export class EstimateAnswer {
  @ApiProperty({ minimum: 0, description: 'US dollars.' })
  total_usd!: number;

  @ApiProperty({ minimum: 0, description: 'US dollars for one variant.' })
  per_variant_usd!: number;

  @ApiProperty({ type: [EstimateItem], description: 'What the total is made of.' })
  breakdown!: readonly EstimateItem[];

  @ApiProperty({ enum: ['USD'], description: 'The currency.' })
  currency!: 'USD';

  @ApiProperty({ description: 'The provider that would make it.' })
  provider!: string;

  @ApiProperty({ description: 'The model of the provider.' })
  model!: string;

  @ApiProperty({ description: 'Whether the result is there already, so that it costs nothing.' })
  cache_hit!: boolean;
}
