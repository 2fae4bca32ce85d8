import { IsInt, IsOptional, IsString, IsUUID, Max, Min } from 'class-validator';

/** Query of GET /api/status/stream/{run_id}. */
export class RunStreamQuery {
  /** Does what Last-Event-ID does. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}

/** Query of GET /api/events/stream. */
export class EventsStreamQuery extends RunStreamQuery {
  /** Comma-separated event types; all when left out. */
  @IsOptional()
  @IsString()
  types?: string;

  @IsOptional()
  @IsUUID()
  run_id?: string;
}
