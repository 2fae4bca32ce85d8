import { type ImageRequest, CONTROL_TYPES, type ModelDescription } from '../image-provider.port.js';
import { controlCapability, missingCapability } from '../capabilities.port.js';
import { framesOf } from './motion/video-order.js';

const SIZE = { width: { min: 256, max: 2048 }, height: { min: 256, max: 2048 } };
const EFFORT = { steps: { min: 1, max: 150 }, cfg_scale: { min: 1, max: 30 } };

export const STUDIO: ModelDescription = {
  id: 'studio',
  name: 'Darkroom Studio',
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
  price: { unit: 'image', usd: 0.002 },
};

/** The same pictures in a tenth of the bytes. */
export const PROOF: ModelDescription = {
  ...STUDIO,
  id: 'proof',
  name: 'Darkroom Proof',
  price: { unit: 'image', usd: 0.001 },
};

/**
 * Scenes and given pictures in motion. Pixels times frames are limited, because time grows with them: the dearest scenes take 0.85 µs of a slow
 * processor for each, so that the longest order is done in two minutes, well within an attempt's five. It is enough for 1024 × 1024, and
 * more than enough for 1280 × 720, over 120 frames.
 */
export const MOTION: ModelDescription = {
  id: 'motion',
  name: 'Darkroom Motion',
  types: ['video'],
  capabilities: ['text-to-video', 'image-to-video', 'negative-prompt', 'seed', 'deterministic', 'offline'],
  limits: {
    ...SIZE,
    ...EFFORT,
    duration_seconds: { min: 1, max: 10 },
    fps: { min: 1, max: 60 },
    pixel_frames: { min: 1, max: 130_000_000 },
  },
  price: { unit: 'second', usd: 0.01 },
};

/** Values of a request by the field that limits them. */
const valuesOf = (request: ImageRequest): Readonly<Record<string, readonly number[]>> => {
  const { video, guidance, control } = request;
  return {
    width: [request.width],
    height: [request.height],
    steps: [request.steps],
    cfg_scale: [request.cfgScale],
    ...(video !== undefined && {
      duration_seconds: [video.durationSeconds],
      fps: [video.fps],
      pixel_frames: [request.width * request.height * framesOf(video)],
    }),
    ...(guidance !== undefined && {
      'guidance_images.length': [guidance.length],
      'guidance_images.weight': guidance.map(({ weight }) => weight),
    }),
    ...(control !== undefined && {
      'controlnet.strength': [control.strength],
      'controlnet.start': [control.start],
      'controlnet.end': [control.end],
    }),
  };
};

const outsideOf = (model: ModelDescription, request: ImageRequest): string | null => {
  for (const [field, values] of Object.entries(valuesOf(request))) {
    const limit = model.limits[field];
    if (limit === undefined || values.every((value) => value >= limit.min && value <= limit.max)) continue;
    if (field === 'pixel_frames') {
      return `A video has at most ${String(limit.max)} pixels in all its frames; this one has ${String(values[0])}: make it smaller, shorter or slower`;
    }
    return `${field} must be from ${String(limit.min)} to ${String(limit.max)}`;
  }
  return null;
};

/** Why a model cannot do what a request asks for; null where it can. */
export const problemOf = (model: ModelDescription, request: ImageRequest): string | null => {
  const missing = missingCapability(model, request);
  if (missing !== null) return `The model ${model.id} lacks the capability ${missing}`;
  if (request.width % 8 !== 0 || request.height % 8 !== 0) return 'width and height must be multiples of 8';
  if (request.control !== undefined && request.control.start > request.control.end) {
    return 'controlnet.start must not be greater than controlnet.end';
  }
  return outsideOf(model, request);
};

/** US dollars for a request: for each picture, or for each second of a video as it was ordered. */
export const priceOf = ({ price }: ModelDescription, { video }: ImageRequest): number =>
  // Prices have whole thousandths; products of decimal numbers do not.
  Math.round(price.usd * (price.unit === 'second' ? (video?.durationSeconds ?? 0) : 1) * 1e6) / 1e6;
