import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** Over less time a single picture would be a blocked loop. */
const WINDOW_MS = 10_000;
/** Whoever asks more often leaves no more behind. */
const MARK_MS = 1_000;

interface Mark {
  /** By `performance.now()`. */
  readonly at: number;
  readonly since: EventLoopUtilization;
}

/**
 * How busy the event loop of this process is. Told from where somebody asked at least ten seconds ago, so that any number of scrapers may ask
 * without spoiling each other's answer; before that, from the beginning of the process.
 */
export class LoopUtilization {
  /** Ascending; of those that are old enough only the newest is kept. */
  private readonly marks: Mark[] = [];

  /** @returns 0 – 1 */
  ratio(now = performance.now(), total = performance.eventLoopUtilization()): number {
    const newestOldEnough = this.marks.findLastIndex(({ at }) => now - at >= WINDOW_MS);
    const from = this.marks[newestOldEnough];
    if (newestOldEnough > 0) this.marks.splice(0, newestOldEnough);
    if (now - (this.marks.at(-1)?.at ?? -Infinity) >= MARK_MS) this.marks.push({ at: now, since: total });
    return from ? performance.eventLoopUtilization(total, from.since).utilization : total.utilization;
  }
}
