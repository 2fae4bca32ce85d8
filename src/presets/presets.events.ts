import type { PresetParameters } from '../generation/preset/preset-source.port.js';
import type { PRESET_CATEGORIES, VISIBILITIES } from './presets.data.js';

export type PresetCategory = (typeof PRESET_CATEGORIES)[number];

/** `private`: of its owner alone. */
export type Visibility = (typeof VISIBILITIES)[number];

/** What a preset says; changed as a whole. */
export interface PresetContent {
  readonly name: string;
  readonly category: PresetCategory;
  readonly description: string | null;
  /** Has `{prompt}` in it once. */
  readonly prompt_template: string;
  readonly negative_prompt: string | null;
  readonly parameters: PresetParameters;
}

interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/** Of the presets that callers make; the version of one is that of its stream. Times are RFC 3339 in UTC. */
export type PresetEvent =
  | Fact<
      'PresetCreated',
      PresetContent & {
        id: string;
        /** A user; null where nobody in particular owns it. */
        owner: number | null;
        visibility: Visibility;
        created_at: string;
      }
    >
  | Fact<'PresetChanged', PresetContent & { visibility: Visibility; changed_at: string }>
  /** Its id is free again; the versions go on from here. */
  | Fact<'PresetDeleted', { deleted_at: string }>;

export const PRESET_EVENTS = {
  current: ['PresetCreated', 'PresetChanged', 'PresetDeleted'] satisfies PresetEvent['type'][],
};

/** The stream type of presets. */
export const PRESET_STREAM = 'preset';
