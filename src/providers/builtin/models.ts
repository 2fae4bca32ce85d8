import { type ImageRequest, CONTROL_TYPES, type ModelDescription } from '../image-provider.port.js';
import { controlCapability, shortcomingOf } from '../capabilities.port.js';

const SIZE = { width: { min: 256, max: 2048 }, height: { min: 256, max: 2048 } };
const EXTRAS = { included_pixels: 1024 * 1024, guidance_image_usd: 0.0005, controlnet_usd: 0.001 };
const EFFORT = { steps: { min: 1, max: 150 }, cfg_scale: { min: 1, max: 30 } };

export const STUDIO: ModelDescription = {
  id: 'studio',
  name: 'Darkroom Studio',
  version: '1',
  types: ['image'],
  capabilities: [
    'text-to-image',
    'guidance',
    ...CONTROL_TYPES.map(controlCapability),
    ...['negative-prompt', 'seed', 'deterministic', 'offline'],
  ],
  limits: {
    ...SIZE,
    ...EFFORT,
    'guidance_images.length': { min: 0, max: 4 },
    'guidance_images.weight': { min: 0, max: 1 },
    'controlnet.strength': { min: 0, max: 2 },
    'controlnet.start': { min: 0, max: 1 },
    'controlnet.end': { min: 0, max: 1 },
  },
  price: { unit: 'image', usd: 0.002, ...EXTRAS },
};

/** The same pictures in a tenth of the bytes. */
export const PROOF: ModelDescription = {
  ...STUDIO,
  id: 'proof',
  name: 'Darkroom Proof',
  price: { unit: 'image', usd: 0.001, ...EXTRAS },
};

/**
 * Scenes and given pictures in motion. Pixels times frames are limited, because time grows with them: the dearest scenes take 0.85 µs of a slow
 * processor for each, so that the longest order is done in two minutes, well within an attempt's five. It is enough for 1024 × 1024, and
 * more than enough for 1280 × 720, over 120 frames.
 */
export const MOTION: ModelDescription = {
  id: 'motion',
  name: 'Darkroom Motion',
  version: '1',
  types: ['video'],
  capabilities: ['text-to-video', 'image-to-video', 'negative-prompt', 'seed', 'deterministic', 'offline'],
  limits: {
    ...SIZE,
    ...EFFORT,
    duration_seconds: { min: 1, max: 10 },
    fps: { min: 1, max: 60 },
    pixel_frames: { min: 1, max: 130_000_000 },
  },
  price: { unit: 'second', usd: 0.01, ...EXTRAS },
};

/** Why a model cannot do what a request asks for; null where it can. */
export const problemOf = (model: ModelDescription, request: ImageRequest): string | null => {
  const shortcoming = shortcomingOf(model, request);
  if (shortcoming !== null) return shortcoming.message;
  if (request.width % 8 !== 0 || request.height % 8 !== 0) return 'width and height must be multiples of 8';
  if (request.control !== undefined && request.control.start > request.control.end) {
    return 'controlnet.start must not be greater than controlnet.end';
  }
  return null;
};
