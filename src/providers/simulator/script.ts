import { createHash } from 'node:crypto';
import { ERROR_CATEGORIES, type ErrorCategory, type ModelDescription } from '../image-provider.port.js';

/** What the simulator does with one attempt. */
export type Script =
  | { readonly ends: 'refused'; readonly category: ErrorCategory; readonly retryAfterSeconds: number | null }
  | { readonly ends: 'failed'; readonly category: ErrorCategory; readonly durationMs: number }
  | { readonly ends: 'succeeded'; readonly durationMs: number };

/** USD for a picture. */
export const PRICE_USD = 0.01;

/** The tenths in which a slow job progresses. */
export const PROGRESS_STEPS = 10;

const RATE_LIMIT_SECONDS = 1;
const FLAKY_SHARE = 0.3;

/** What a vendor finds out on reading a request; all else goes wrong later, while it works. */
const REFUSED_AT_ONCE: ReadonlySet<ErrorCategory> = new Set([
  'rate_limited',
  'invalid_request',
  'moderated',
  'unauthorized',
  'insufficient_credit',
]);

const failing = (category: ErrorCategory): Script =>
  REFUSED_AT_ONCE.has(category)
    ? { ends: 'refused', category, retryAfterSeconds: category === 'rate_limited' ? RATE_LIMIT_SECONDS : null }
    : { ends: 'failed', category, durationMs: 0 };

const succeeding = (durationMs = 0): Script => ({ ends: 'succeeded', durationMs });

/** Evenly spread over 0 – 1 and the same for the same attempt of the same seed. */
const chance = (seed: number, attempt: number): number =>
  createHash('sha256')
    .update(`${String(seed)}:${String(attempt)}`)
    .digest()
    .readUInt32BE(0) /
  2 ** 32;

type Play = (attempt: number, seed: number) => Script;

interface Part {
  readonly id: string;
  readonly name: string;
  readonly play: Play;
}

/** The models in the order in which they are listed (CONTRACT.md, "The simulator"). */
const PARTS: readonly Part[] = [
  { id: 'ok', name: 'Succeeds at once', play: () => succeeding() },
  { id: 'slow-5s', name: 'Succeeds after 5 seconds', play: () => succeeding(5_000) },
  { id: 'slow-30s', name: 'Succeeds after 30 seconds', play: () => succeeding(30_000) },
  ...ERROR_CATEGORIES.map((category): Part => {
    return { id: `fail-${category}`, name: `Always fails: ${category}`, play: () => failing(category) };
  }),
  ...ERROR_CATEGORIES.map((category): Part => {
    const play: Play = (attempt) => (attempt === 1 ? failing(category) : succeeding());
    return { id: `${category}-then-ok`, name: `Fails once: ${category}`, play };
  }),
  {
    id: 'flaky-30',
    name: 'Fails in 30 % of attempts',
    play: (attempt, seed) => (chance(seed, attempt) < FLAKY_SHARE ? failing('provider_unavailable') : succeeding()),
  },
];

const PLAYS = new Map(PARTS.map(({ id, play }) => [id, play]));

/** @param attempt from 1 @returns null for a model that does not exist */
export const scriptOf = (model: string, attempt: number, seed: number): Script | null =>
  PLAYS.get(model)?.(attempt, seed) ?? null;

export const SIMULATOR_MODELS: readonly ModelDescription[] = PARTS.map(({ id, name }) => ({
  id,
  name,
  types: ['image'],
  capabilities: ['text-to-image', 'negative-prompt', 'seed', 'deterministic', 'offline'],
  limits: {
    width: { min: 256, max: 2048 },
    height: { min: 256, max: 2048 },
    steps: { min: 1, max: 150 },
    cfg_scale: { min: 1, max: 30 },
  },
  version: '1',
  price: { unit: 'image', usd: PRICE_USD, included_pixels: null, guidance_image_usd: 0, controlnet_usd: 0 },
}));
