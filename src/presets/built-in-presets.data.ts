import type { PresetContent } from './presets.events.js';

/** A preset that comes with the program. */
export interface BuiltInPreset extends PresetContent {
  readonly id: string;
  /** Raised with every change of the rest, as runs name what they used by id and version. */
  readonly version: number;
}

/** In the order in which they are listed. */
export const BUILT_IN_PRESETS: readonly BuiltInPreset[] = [
  {
    id: 'cinematic_portrait',
    version: 1,
    name: 'Cinematic Portrait',
    category: 'image',
    description: 'A person as in a frame of a feature film: a long lens wide open, hard shadows, a blurred background.',
    prompt_template:
      '{prompt}, cinematic lighting, dramatic shadows, film grain, bokeh, professional photography, 85mm lens, f/1.4',
    negative_prompt: 'amateur, overexposed, flat lighting, harsh flash, distorted face, extra fingers, watermark',
    parameters: { width: 768, height: 1024, cfg_scale: 7.5, steps: 30 },
  },
  {
    id: 'anime_style',
    version: 1,
    name: 'Anime Style',
    category: 'image',
    description: 'A drawing with clear outlines and flat, bright colours, upright like the page of a comic.',
    prompt_template: '{prompt}, anime art style, manga, detailed, vibrant colors, clean lines, cel shading',
    negative_prompt: 'photograph, photorealistic, 3d render, muddy colors, sketchy lines, bad anatomy, watermark',
    parameters: { width: 832, height: 1216, cfg_scale: 8, steps: 28 },
  },
  {
    id: 'photorealistic',
    version: 1,
    name: 'Photorealistic',
    category: 'image',
    description: 'A picture that could have come out of a good camera: sharp, finely grained, true to life.',
    prompt_template: '{prompt}, photorealistic, ultra detailed, 8k uhd, dslr, high quality, film grain, sharp focus',
    negative_prompt: 'painting, drawing, illustration, cartoon, plastic skin, oversaturated, blurry, watermark',
    parameters: { width: 1024, height: 1024, cfg_scale: 7, steps: 35 },
  },
  {
    id: 'concept_art',
    version: 1,
    name: 'Concept Art',
    category: 'image',
    description: 'A wide painted view of a world that is still to be built, as game and film studios plan with.',
    prompt_template:
      '{prompt}, concept art, digital painting, artstation, highly detailed, fantasy art, matte painting',
    negative_prompt: 'photograph, low detail, unfinished, cluttered composition, text, signature, watermark',
    parameters: { width: 1024, height: 576, cfg_scale: 8.5, steps: 32 },
  },
  {
    id: 'oil_painting',
    version: 1,
    name: 'Oil Painting',
    category: 'image',
    description: 'Paint on canvas with visible strokes, in the manner of the old masters.',
    prompt_template: '{prompt}, oil painting, canvas, brushstrokes, classical art, museum quality, fine art',
    negative_prompt: 'photograph, digital art, 3d render, smooth gradients, modern objects, frame, watermark',
    parameters: { width: 896, height: 1152, cfg_scale: 9, steps: 40 },
  },
  {
    id: 'cinematic_video',
    version: 1,
    name: 'Cinematic Video',
    category: 'video',
    description: 'A shot in which the camera glides: slow, steady, without a jolt.',
    prompt_template: '{prompt}, smooth camera movements',
    negative_prompt: 'shaky footage, abrupt cuts, flicker, jitter, compression artifacts, watermark',
    parameters: { duration_seconds: 5, fps: 24 },
  },
  {
    id: 'vlog_style',
    version: 1,
    name: 'Vlog Style',
    category: 'video',
    description: 'A short clip as if from a camera in the hand, close to whoever holds it.',
    prompt_template: '{prompt}, casual, natural movements',
    negative_prompt: 'stiff poses, staged lighting, slow motion, letterbox, watermark',
    parameters: { duration_seconds: 3, fps: 30 },
  },
  {
    id: 'time_lapse',
    version: 1,
    name: 'Time Lapse',
    category: 'video',
    description: 'Hours in seconds: clouds race, the light changes, the camera stands still.',
    prompt_template: '{prompt}, accelerated motion',
    negative_prompt: 'slow motion, camera shake, frozen frames, flicker, watermark',
    parameters: { duration_seconds: 4, fps: 30 },
  },
];

const BY_ID: ReadonlyMap<string, BuiltInPreset> = new Map(BUILT_IN_PRESETS.map((preset) => [preset.id, preset]));

export const builtInPreset = (id: string): BuiltInPreset | null => BY_ID.get(id) ?? null;
