import { Command } from '@nestjs/cqrs';
import type { EventMetadata } from '../eventsourcing/event.js';

/** Clears both tiers, in every process. @returns how many results could have answered a request */
export class ClearPromptCache extends Command<number> {
  constructor(
    readonly now: Date,
    readonly metadata: EventMetadata,
  ) {
    super();
  }
}
