/** A repeatable source of chance: mulberry32 (Tommy Ettinger, 2017), 32 bits of state. */
export class Random {
  constructor(private state: number) {}

  /** 0 – 1, without 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True in `share` of the cases. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** @throws Error for an empty list */
  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.next() * list.length)];
    if (picked === undefined) throw new Error('There is nothing to choose from.');
    return picked;
  }

  /** Another source that depends on this one, so that what runs at the same time does not share one sequence. */
  fork(): Random {
    return new Random(this.whole(0, 2 ** 32 - 1));
  }
}
