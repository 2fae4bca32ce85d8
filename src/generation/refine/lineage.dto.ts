import { ApiProperty } from '@nestjs/swagger';
import { orNull, RUN_ID } from '../status/answer-fields.dto.js';
import { RunIdentity } from '../status/generation-answer.dto.js';

/** A run among those that were made from each other. */
export class RelatedRun extends RunIdentity {
  @ApiProperty(orNull({ type: String, description: 'How it refines its parent; null for the first run of a line.' }))
  instruction!: string | null;
}

/** The answer of GET /api/generate/{id}/lineage. */
export class Lineage {
  @ApiProperty(RUN_ID)
  run_id!: string;

  @ApiProperty({ type: [RelatedRun], description: 'The runs that it came from, the first one first; the nearest 100.' })
  ancestors!: readonly RelatedRun[];

  @ApiProperty({ type: [RelatedRun], description: 'The runs that refine it, oldest first; the newest 100.' })
  refinements!: readonly RelatedRun[];
}
