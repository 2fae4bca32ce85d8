import { Query } from '@nestjs/cqrs';

/** How the cache has fared, over all processes and since the beginning of the log. */
export interface CacheUse {
  /** Requests that a result might have answered. */
  readonly lookups: number;
  /** Those that one did. */
  readonly hits: number;
  /** Those among the others that waited for a result that was being made. */
  readonly joined: number;
  /** What hits and joined requests would have cost, in US dollars. */
  readonly savedUsd: number;
}

/** Reads one row, and does not wait for the newest runs to be counted. */
export class GetCacheUse extends Query<CacheUse> {}
