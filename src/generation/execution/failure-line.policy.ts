import { ProviderError, type ErrorCategory } from '../../providers/image-provider.port.js';
import { isRetryable } from '../retry.policy.js';

/** A failure as the log tells it: by its category, without the words of whoever reports it. */
export interface FailureLine {
  readonly level: 'warn' | 'error';
  readonly line: { readonly msg: string; readonly category: ErrorCategory; readonly retryable: boolean };
}

/** What the caller asked for was refused, or came too late: nothing that an operator could mend. */
const OF_THE_REQUEST: ReadonlySet<ErrorCategory> = new Set(['invalid_request', 'moderated', 'expired']);

/** @param hasEnded whether the run has failed with it; else another attempt follows */
export const failureOf = ({ category }: { readonly category: ErrorCategory }, hasEnded: boolean): FailureLine => ({
  level: hasEnded && !OF_THE_REQUEST.has(category) ? 'error' : 'warn',
  line: {
    msg: hasEnded ? `The run failed: ${category}` : `The attempt failed and comes again: ${category}`,
    ...{ category, retryable: isRetryable(category) },
  },
});

/** Of a run that waited for longer than it may. */
export const expiryOf = (provider: string): FailureLine['line'] & { readonly provider: string } => ({
  ...failureOf({ category: 'expired' }, true).line,
  provider,
});

/** Why a provider did not cancel a job, in the words that a log may have. */
export const cancellationFault = (error: unknown): { readonly category: ErrorCategory; readonly error: string } => ({
  category: error instanceof ProviderError ? error.category : 'unknown',
  error: error instanceof Error ? error.name : typeof error,
});
