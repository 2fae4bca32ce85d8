import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

const RUN_ID = /^([1-9]\d{0,14}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** Query of GET /api/status/stream/{run_id}. */
export class RunStreamQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: 'Does what `Last-Event-ID` does, for callers that cannot send the header; the header wins.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}

/** Query of GET /api/events/stream. */
export class EventsStreamQuery extends RunStreamQuery {
  @ApiPropertyOptional({
    description:
      'Event types as in `GET /api/generate/{id}/events`, separated by commas: `GenerationCompleted,GenerationFailed`; all of them when left out.',
  })
  @IsOptional()
  @IsString()
  types?: string;

  @ApiPropertyOptional({ description: 'One run only: its UUID or its number.' })
  @IsOptional()
  @Matches(RUN_ID, { message: 'run_id must be a UUID or a whole number from 1' })
  run_id?: string;
}
