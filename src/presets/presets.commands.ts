import { Command } from '@nestjs/cqrs';
import type { EventMetadata } from '../eventsourcing/event.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import type { PresetContent, Visibility } from './presets.events.js';
import type { PresetRow } from './presets.queries.js';

/** What every command knows of where it came from and when. */
export interface Issued {
  readonly metadata: EventMetadata;
  readonly now: Date;
}

/** Everything that is said of a preset when it is made. */
export interface NewPreset extends PresetContent {
  readonly id: string;
  readonly owner: number | null;
  readonly visibility: Visibility;
}

export class CreatePreset extends Command<{ readonly preset: PresetRow; readonly replayed: boolean }> {
  readonly type = 'CreatePreset';
  constructor(
    readonly preset: NewPreset,
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** Which preset, who asks, and the caller's If-Match header, which must name the version that is decided on. */
export interface PresetTarget {
  readonly id: string;
  readonly userId: number;
  readonly ifMatch: string | undefined;
}

export class ChangePreset extends Command<PresetRow> {
  readonly type = 'ChangePreset';
  constructor(
    readonly target: PresetTarget,
    readonly content: PresetContent,
    /** Null leaves it as it is. */
    readonly visibility: Visibility | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

export class DeletePreset extends Command<void> {
  readonly type = 'DeletePreset';
  constructor(
    readonly target: PresetTarget,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** Everything that the decider judges. */
export type PresetCommand = CreatePreset | ChangePreset | DeletePreset;
