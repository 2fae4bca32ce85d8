import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` holds. @throws Error that names what was awaited when it did not within `ms`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${String(ms)} ms in vain until ${what}.`);
    await pause(5);
  }
}

/** Watches that `condition` keeps holding for `ms`. @throws Error that names what broke. */
export async function throughout(what: string, ms: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!(await condition())) throw new Error(`It did not hold for ${String(ms)} ms that ${what}.`);
    await pause(5);
  }
}
