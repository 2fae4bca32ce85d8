import { createHash } from 'node:crypto';
import type { GenerationOrder } from './generation.events.js';

/** Raised when the same order would name another result than before. */
const FORMAT = 1;

/** As two people would write the same prompt: NFC (Unicode Standard Annex 15), single spaces, none at the ends; the case counts. */
const normalised = (text: string | null): string | null => text?.normalize('NFC').replace(/\s+/gu, ' ').trim() ?? null;

const sorted = (values: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)));

/**
 * Names the result of an order: SHA-256 in hex of everything that shapes it. Who asked, how often it may be tried and how the parameters
 * were found do not.
 * @param seedGiven false where the caller takes any seed, and so any result of the rest
 */
export const promptHash = (order: GenerationOrder, seedGiven: boolean): string => {
  const { type, prompt, negative_prompt, visual, width, height, steps, cfg_scale, provider, model, seed } = order;
  const shaping = {
    ...{ format: FORMAT, type, provider, model, width, height, steps, cfg_scale },
    ...{ prompt: normalised(prompt), negative_prompt: normalised(negative_prompt), visual: sorted(visual) },
    seed: seedGiven ? seed : null,
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(shaping)))
    .digest('hex');
};
