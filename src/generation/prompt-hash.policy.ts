import { createHash } from 'node:crypto';
import { canonicalJson } from '../platform/http/canonical-json.policy.js';
import type { GenerationOrder, OrderedInputs } from './generation.events.js';

/** Raised when the same order would name another result than before. */
const FORMAT = 2;

/** As two people would write the same prompt: NFC (Unicode Standard Annex 15), single spaces, none at the ends; the case counts. */
const normalised = (text: string | null): string | null => text?.normalize('NFC').replace(/\s+/gu, ' ').trim() ?? null;

/** Pictures count by their bytes and not by the uploads that brought them. */
const withoutIds = ({ guidance_images, controlnet, image }: OrderedInputs): object => ({
  guidance_images: guidance_images?.map(({ sha256, weight }) => ({ sha256, weight })),
  controlnet: controlnet && { ...controlnet, id: undefined },
  image: image?.sha256,
});

/**
 * Names the result of an order: SHA-256 in hex of everything that shapes it. Who asked, how often it may be tried and how the parameters
 * were found do not.
 * @param seedGiven false where the caller takes any seed, and so any result of the rest
 */
export const promptHash = (order: GenerationOrder, seedGiven: boolean): string => {
  const { type, prompt, negative_prompt, visual, width, height, steps, cfg_scale, provider, model, seed } = order;
  const { num_variants = 1, structured_prompt, inputs, video, model_version, preset, preset_version } = order;
  const shaping = {
    ...{ format: FORMAT, type, provider, model, model_version, width, height, steps, cfg_scale, visual },
    ...{ prompt: normalised(prompt), negative_prompt: normalised(negative_prompt) },
    ...{ num_variants, structured_prompt, inputs: inputs && withoutIds(inputs), video },
    ...(typeof preset === 'string' && { preset, preset_version }),
    seed: seedGiven ? seed : null,
  };
  return createHash('sha256').update(canonicalJson(shaping)).digest('hex');
};
