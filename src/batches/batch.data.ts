/** Requests of one batch. */
export const BATCH_LIMITS = { requests: { min: 1, max: 50 } } as const;

/**
 * Bytes of the largest body by its path. Fifty requests with the longest prompts, each of whose characters is written as two JSON escapes
 * of six bytes, have 2.4 MB.
 */
export const LARGE_BODIES: ReadonlyMap<string, number> = new Map([['/api/generate/batch', 4 * 1024 * 1024]]);
