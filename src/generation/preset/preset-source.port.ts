import type { VisualParameters } from '../../providers/image-provider.port.js';
import type { GenerationType } from '../generation.events.js';

/** What a preset can decide of a run, under the names that a request has for it. Sizes are pixels, durations seconds. */
export interface PresetParameters extends VisualParameters {
  readonly width?: number;
  readonly height?: number;
  readonly steps?: number;
  readonly cfg_scale?: number;
  readonly seed?: number;
  readonly provider?: string;
  readonly model?: string;
  readonly duration_seconds?: number;
  readonly fps?: number;
}

/** A preset as runs use it. An id and a version together mean the same for ever. */
export interface UsablePreset {
  readonly id: string;
  readonly version: number;
  /** What the runs make that it is for. */
  readonly type: GenerationType;
  /** Has `PROMPT_PLACE` in it once. */
  readonly promptTemplate: string;
  readonly negativePrompt: string | null;
  readonly parameters: PresetParameters;
}

/** Where a template takes the caller's words. */
export const PROMPT_PLACE = '{prompt}';

/** The caller's words in their place; whatever these contain stays as it is. */
export const enhancedPrompt = (template: string, prompt: string): string => {
  const at = template.indexOf(PROMPT_PLACE);
  return `${template.slice(0, at)}${prompt}${template.slice(at + PROMPT_PLACE.length)}`;
};

/** Presets by their ids. */
export abstract class PresetSource {
  /** @returns the preset as it is now; null for one that does not exist, or that is another user's alone */
  abstract find(id: string, userId: number): Promise<UsablePreset | null>;
}
