import { Command } from '@nestjs/cqrs';
import type { EventMetadata } from '../eventsourcing/event.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import type { TrackedJob } from './monitoring.events.js';

/** When a command was issued and by which request. */
export interface Issued {
  readonly now: Date;
  readonly metadata: EventMetadata;
}

/** A report that is in the log. */
export interface Report {
  readonly id: string;
  /** The idempotency key had made this report before. */
  readonly replayed: boolean;
}

/** Records a step of a job that ran elsewhere. */
export class TrackJob extends Command<Report> {
  constructor(
    /** UUIDv7 of the report to be made; an idempotent repeat leads to another one, made before. */
    readonly id: string,
    readonly job: TrackedJob,
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** Has all counts start again from zero, in every process. @returns from when on they count */
export class ResetStatistics extends Command<string> {
  constructor(readonly issued: Issued) {
    super();
  }
}
