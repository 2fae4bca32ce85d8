import { StorageUnavailable } from '../../platform/storage/storage.errors.js';
import { ProviderError, type ErrorCategory } from '../../providers/image-provider.port.js';
import { isRetryable } from '../retry.policy.js';

/** Why an attempt failed, in the words of the contract. */
export interface Fault {
  readonly category: ErrorCategory;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

/** The attempt ran longer than ATTEMPT_TIMEOUT_SECONDS. */
export class AttemptTimedOut extends Error {
  override readonly name = 'AttemptTimedOut';
}

/** What a caller is told of what nobody foresaw: an error's own words are for the log, and may name what is nobody's business. */
export const UNFORESEEN: Fault = {
  category: 'unknown',
  message: 'The attempt failed unexpectedly',
  retryAfterSeconds: null,
};

/** What went wrong; null for what nobody foresaw. */
export const faultOf = (error: unknown): Fault | null => {
  if (error instanceof ProviderError) {
    const { category, message, retryAfterSeconds } = error;
    return { category, message, retryAfterSeconds };
  }
  if (error instanceof StorageUnavailable)
    return { category: 'storage', message: error.message, retryAfterSeconds: null };
  if (error instanceof AttemptTimedOut) return { category: 'timeout', message: error.message, retryAfterSeconds: null };
  return null;
};

const gravity = (error: unknown): number => {
  const fault = faultOf(error);
  if (!fault) return 2;
  return isRetryable(fault.category) ? 0 : 1;
};

/**
 * Which of two faults says what becomes of an attempt, the first of equals: what is no fault of the attempt (the log could not be written, the
 * attempt is another worker's) before a refusal, which another attempt would meet again, before what may pass.
 */
export const graverOf = (one: unknown, other: unknown): unknown => (gravity(other) > gravity(one) ? other : one);
