/** What presets may hold. Lengths are Unicode code points after trimming. */
export const PRESET_LIMITS = {
  name: { min: 1, max: 100 },
  description: { min: 0, max: 1000 },
  prompt_template: { min: 8, max: 2000 },
  negative_prompt: { min: 0, max: 2000 },
} as const;

export const PRESET_CATEGORIES = ['image', 'video'] as const;
export const VISIBILITIES = ['shared', 'private'] as const;

/** Parameters that mean something for videos only. */
export const VIDEO_PARAMETERS = ['duration_seconds', 'fps'] as const;
