import { elapsedSeconds } from './elapsed.policy.js';
import type { GenerationEvent, GenerationOrder } from './generation.events.js';

/** Until when an attempt of an order must have started that was asked for at `askedAt`; null where it may wait for ever. */
export const deadlineOf = ({ expires_in }: GenerationOrder, askedAt: string): string | null =>
  expires_in === undefined ? null : new Date(Date.parse(askedAt) + expires_in * 1000).toISOString();

interface Waiting {
  readonly order: GenerationOrder;
  readonly attempt: number;
  readonly expiresAt: string | null;
}

/** Whether it is too late for an attempt to start; at the very moment of the deadline it is not. */
export const isOverdue = ({ expiresAt }: Pick<Waiting, 'expiresAt'>, now: Date): boolean =>
  expiresAt !== null && now.getTime() > Date.parse(expiresAt);

/** The end of a run whose attempt did not start in time, with what it cost so far. */
export const expiryOf = (
  { order, attempt, expiresAt }: Waiting,
  now: Date,
  paid: { readonly cost_usd?: number },
): GenerationEvent => {
  const allowed = order.expires_in ?? 0;
  const askedAt = new Date(Date.parse(expiresAt ?? now.toISOString()) - allowed * 1000).toISOString();
  const waited = String(elapsedSeconds(askedAt, now));
  const message = `The run has waited ${waited} s and was to start within ${String(allowed)} s`;
  const failure = { category: 'expired', message, retryable: false } as const;
  return { type: 'GenerationFailed', data: { attempt, ...failure, failed_at: now.toISOString(), ...paid } };
};
