import { ApiExtraModels, ApiProperty, ApiSchema } from '@nestjs/swagger';

const count = (description: string): { type: 'integer'; minimum: number; description: string } => ({
  type: 'integer',
  minimum: 0,
  description,
});

/** One level of the cache. */
export class CacheTier {
  @ApiProperty({
    enum: ['hot', 'durable'],
    enumName: 'CacheTierName',
    description: 'What is at hand, or the database.',
  })
  name!: 'hot' | 'durable';

  @ApiProperty({
    enum: ['memory', 'redis', 'database'],
    enumName: 'CacheStoreName',
    isArray: true,
    description: 'Where it is, in the order in which it is asked: memory of this process, a Redis that all share.',
  })
  kept_in!: readonly ('memory' | 'redis' | 'database')[];

  @ApiProperty(count('Requests that found their result here; of the hot tier since this process started.'))
  hits!: number;

  @ApiProperty(count('Requests that did not; of the hot tier since this process started.'))
  misses!: number;

  @ApiProperty(count('Seconds that a result is kept.'))
  ttl_seconds!: number;
}

/** Answer of GET /api/generate/cache/stats. */
@ApiExtraModels(CacheTier)
@ApiSchema({ name: 'CacheStats' })
export class CacheStats {
  @ApiProperty(count('Results in the cache.'))
  entries!: number;

  @ApiProperty(count('Those that answer requests.'))
  valid_entries!: number;

  @ApiProperty(count('Those that are too old.'))
  expired_entries!: number;

  @ApiProperty(count('Requests that were answered with a result that was there.'))
  hits!: number;

  @ApiProperty(count('Requests that were not; those that waited for a result that was being made count here.'))
  misses!: number;

  @ApiProperty(count('Requests among the misses that joined one under way.'))
  joined!: number;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    maximum: 1,
    description: 'Hits of all requests that might have been; 0 where there were none.',
  })
  hit_rate!: number;

  @ApiProperty(count('Bytes of all results.'))
  size_bytes!: number;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    description: 'What hits and joined requests would have cost, in US dollars.',
  })
  saved_usd!: number;

  @ApiProperty(count('Seconds that a result is kept.'))
  ttl_seconds!: number;

  @ApiProperty({ type: [CacheTier], description: 'The levels, in the order in which they are asked.' })
  tiers!: CacheTier[];
}

/** Answer of DELETE /api/generate/cache. */
@ApiSchema({ name: 'CacheCleared' })
export class CacheCleared {
  @ApiProperty(count('Results that could have answered a request.'))
  cleared!: number;
}
