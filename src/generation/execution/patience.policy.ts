import type { ErrorCategory } from '../../providers/image-provider.port.js';

/** Failures of a question about a job that say nothing about the job. */
const PASSING: ReadonlySet<ErrorCategory> = new Set(['timeout', 'rate_limited', 'provider_unavailable', 'network']);

/** Whether the same question may have an answer later. */
export const passesByItself = (category: ErrorCategory): boolean => PASSING.has(category);

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** No Retry-After of a vendor, however large or broken, may keep an attempt from asking until its time is over. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** Milliseconds before the n-th further question: as long as the provider wishes, within bounds, else longer each time. */
export const patienceMs = (failedQuestions: number, retryAfterSeconds: number | null): number => {
  if (retryAfterSeconds === null || Number.isNaN(retryAfterSeconds))
    return Math.min(FIRST_WAIT_MS * 2 ** (failedQuestions - 1), LONGEST_WAIT_MS);
  return Math.min(Math.max(retryAfterSeconds * 1000, FIRST_WAIT_MS), LONGEST_RETRY_AFTER_MS);
};
