import { setTimeout as wait } from 'node:timers/promises';

/** Waits, in a start that somebody may stop. @throws the reason of `stopping` as soon as it is aborted */
export async function waitOrStop(ms: number, stopping?: AbortSignal): Promise<void> {
  await wait(ms, undefined, { ...(stopping && { signal: stopping }) }).catch(() => undefined);
  stopping?.throwIfAborted();
}
