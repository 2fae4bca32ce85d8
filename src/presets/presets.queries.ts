import { Query } from '@nestjs/cqrs';
import type { PresetCategory, PresetContent, Visibility } from './presets.events.js';

/** One preset; times are RFC 3339, null for one that comes with the program. */
export interface PresetRow extends PresetContent {
  readonly id: string;
  readonly version: number;
  readonly built_in: boolean;
  readonly owner: number | null;
  readonly visibility: Visibility;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

/** @returns the preset @throws PresetNotFound, also for another user's private one */
export class GetPreset extends Query<PresetRow> {
  constructor(
    readonly id: string,
    readonly userId: number,
  ) {
    super();
  }
}

/** @returns the presets that the user may use: the built-in ones, then the others by their ids */
export class ListPresets extends Query<readonly PresetRow[]> {
  constructor(
    readonly category: PresetCategory | null,
    readonly userId: number,
  ) {
    super();
  }
}
