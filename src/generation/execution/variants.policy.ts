import type { Artifact, GenerationOrder } from '../generation.events.js';

const SEEDS = 2 ** 32;

/** The variants that an order asks for and a run does not have yet, in order. */
export const missingVariants = (order: GenerationOrder, artifacts: readonly Artifact[]): readonly number[] => {
  const made = new Set(artifacts.map(({ variant }) => variant));
  return Array.from({ length: order.num_variants ?? 1 }, (_, variant) => variant).filter((each) => !made.has(each));
};

/** Seed + variant, in the 32 bits that a seed has. */
export const seedOf = (order: GenerationOrder, variant: number): number => (order.seed + variant) % SEEDS;

/** Names a variant of an attempt to a provider, so that it answers a repeat with the job of the first call. */
export const requestKeyOf = (runId: string, attempt: number, variant: number): string =>
  variant === 0 ? `${runId}:${String(attempt)}` : `${runId}:${String(attempt)}:${String(variant)}`;
