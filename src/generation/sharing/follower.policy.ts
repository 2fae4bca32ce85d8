import { isRetryable } from '../retry.policy.js';
import type { ErrorCategory } from '../../providers/image-provider.port.js';

/** How the leader ended without a result. */
export type LeaderEnd =
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly category: ErrorCategory; readonly attempts: number };

/**
 * Whether a run that waited for another one fails with it or goes on by itself. A refusal would be the same for both, and a vendor that
 * failed as often as the follower wanted to try is not asked again on its behalf. One that wanted to try more often, or whose leader somebody
 * cancelled, goes on: nobody's picture is lost to what another caller chose.
 */
export const fateOfFollower = (end: LeaderEnd, follower: { readonly maxRetries: number }): 'fail' | 'release' => {
  if (end.status === 'cancelled') return 'release';
  return isRetryable(end.category) && end.attempts <= follower.maxRetries ? 'release' : 'fail';
};
