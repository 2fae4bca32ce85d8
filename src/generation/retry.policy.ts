import type { ErrorCategory } from '../providers/image-provider.port.js';

/** The retry schedule as configured, with the random number that the caller drew. */
export interface RetrySchedule {
  /** Wait after the first attempt, seconds. */
  readonly baseSeconds: number;
  /** Share of the wait that is random, 0 – 1. */
  readonly jitter: number;
  /** 0 – 1 */
  readonly random: number;
}

const RETRYABLE: Readonly<Record<ErrorCategory, boolean>> = {
  timeout: true,
  rate_limited: true,
  provider_unavailable: true,
  network: true,
  storage: true,
  stalled: true,
  unknown: true,
  invalid_request: false,
  moderated: false,
  unauthorized: false,
  insufficient_credit: false,
  expired: false,
};

/** Whether another attempt could end differently. */
export const isRetryable = (category: ErrorCategory): boolean => RETRYABLE[category];

/** A day: no Retry-After of a vendor, however large or broken, may put an attempt out of reach. */
const LONGEST_RETRY_AFTER_SECONDS = 86_400;

/**
 * Seconds to wait after the n-th failed attempt of a round: base × 2^(n−1), of which jitter takes away a random part, and never less than
 * the provider's own Retry-After, which counts up to a day.
 */
export const retryDelaySeconds = (
  failedAttempts: number,
  schedule: RetrySchedule,
  retryAfterSeconds: number | null,
): number => {
  const exact = schedule.baseSeconds * 2 ** (failedAttempts - 1);
  const wished = retryAfterSeconds === null || Number.isNaN(retryAfterSeconds) ? 0 : retryAfterSeconds;
  return Math.max(exact * (1 - schedule.jitter * schedule.random), Math.min(wished, LONGEST_RETRY_AFTER_SECONDS));
};
