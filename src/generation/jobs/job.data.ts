/** Characters of a prompt that was put together: from a structured one, or by refinements. No model reads a book. */
export const LONGEST_WRITTEN_PROMPT = 10_000;

/** Limits and defaults of what jobs have beyond a plain generation; sizes of a video that names none are pixels. */
export const JOB_LIMITS = {
  num_variants: { min: 1, max: 8, default: 1 },
  guidance_images: { max: 4 },
  guidance_weight: { min: 0, max: 1, default: 0.5 },
  control_strength: { min: 0, max: 2, default: 1 },
  control_start: { min: 0, max: 1, default: 0 },
  control_end: { min: 0, max: 1, default: 1 },
  duration_seconds: { min: 1, max: 10, default: 3 },
  fps: { min: 1, max: 60, default: 24 },
  video_width: { default: 768 },
  video_height: { default: 432 },
} as const;
