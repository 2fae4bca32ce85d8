/** Where a result is looked for, in this order; without a Redis nobody looks there. */
export type CacheTier = 'memory' | 'redis' | 'database';

/** A look into one tier. */
export interface CacheLookup {
  readonly tier: CacheTier;
  readonly isHit: boolean;
}

/** Tells of each look into a tier, whoever asks: a request for a run, for an estimate, or for what the cache has. */
export abstract class CacheMeter {
  /** @param listener must not throw @returns a function that ends the subscription */
  abstract subscribe(listener: (lookup: CacheLookup) => void): () => void;
}
