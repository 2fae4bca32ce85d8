import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { GENERATION_EVENTS } from '../generation.events.js';

/** Where an event comes from: the request or the event that caused it, and who asked. */
@ApiSchema({ name: 'EventMetadata' })
export class EventMetadataView {
  @ApiProperty({ description: 'The same for everything about one run: its id.' })
  correlation_id!: string;

  @ApiProperty({ description: 'The request, or the id of the event, that caused this event.' })
  causation_id!: string;

  @ApiProperty({ description: 'Who acted: `user:<id>` or `worker:<id>`.', example: 'user:1' })
  actor!: string;

  @ApiProperty({ required: false, description: '`X-Request-Id` of the request that the event goes back to.' })
  request_id?: string;

  @ApiProperty({ required: false, description: 'W3C trace context of the request that the event goes back to.' })
  traceparent?: string;
}

/** One stored event of a run. */
@ApiSchema({ name: 'RunEvent' })
export class RunEventView {
  @ApiProperty({ type: 'integer', minimum: 1, description: "Place in the run's own stream, without holes." })
  sequence!: number;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Place in the log of all runs.' })
  position!: number;

  @ApiProperty({
    enum: [...GENERATION_EVENTS.current],
    enumName: 'EventType',
    description: 'What happened.',
  })
  type!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was recorded.' })
  occurred_at!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What it says; the fields depend on the type.',
  })
  data!: object;

  @ApiProperty({ type: EventMetadataView, description: 'Where it comes from.' })
  metadata!: EventMetadataView;
}

/** The answer of GET /api/generate/{id}/events. */
export class RunHistory {
  @ApiProperty({ format: 'uuid', description: 'The run.' })
  run_id!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'The short number of the same run.' })
  id!: number;

  @ApiProperty({ type: [RunEventView], description: 'Every event of the run, in the order in which it happened.' })
  events!: readonly RunEventView[];
}
