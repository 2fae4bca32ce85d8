import type { BlobStore } from '../../platform/storage/blob-store.port.js';
import type { ControlImage, GuidanceImage, ImageRequest } from '../../providers/image-provider.port.js';
import type { GenerationOrder, OrderedInputs } from '../generation.events.js';
import { enhancedPrompt } from '../preset/preset-source.port.js';
import { seedOf } from './variants.policy.js';

/** The pictures of an order, read from storage. */
export interface ReadInputs {
  readonly guidance?: readonly GuidanceImage[];
  readonly control?: ControlImage;
  readonly source?: Buffer;
}

/** @throws StorageUnavailable, BlobNotFound, BlobCorrupt */
export const readInputs = async (blobs: BlobStore, inputs: OrderedInputs = {}): Promise<ReadInputs> => {
  const { guidance_images: guidance = [], controlnet, image } = inputs;
  const read = ({ sha256 }: { readonly sha256: string }): Promise<Buffer> => blobs.read(sha256);
  return {
    ...(guidance.length > 0 && {
      guidance: await Promise.all(guidance.map(async (each) => ({ content: await read(each), weight: each.weight }))),
    }),
    ...(controlnet && {
      control: {
        ...{ type: controlnet.type, strength: controlnet.strength, start: controlnet.start, end: controlnet.end },
        content: await read(controlnet),
      },
    }),
    ...(image && { source: await read(image) }),
  };
};

/** What the provider is asked for, for one variant of an order. */
export const requestOf = (order: GenerationOrder, variant: number, inputs: ReadInputs): ImageRequest => ({
  prompt: order.prompt_template === undefined ? order.prompt : enhancedPrompt(order.prompt_template, order.prompt),
  ...(order.negative_prompt !== null && { negativePrompt: order.negative_prompt }),
  visual: order.visual,
  width: order.width,
  height: order.height,
  steps: order.steps,
  cfgScale: order.cfg_scale,
  seed: seedOf(order, variant),
  ...(order.video && {
    video: {
      ...{ durationSeconds: order.video.duration_seconds, fps: order.video.fps },
      ...(order.video.motion && { motion: order.video.motion }),
    },
  }),
  ...inputs,
});
