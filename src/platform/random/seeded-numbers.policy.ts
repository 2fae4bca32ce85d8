const STEP = 0x6d2b79f5;
const RANGE = 2 ** 32;

/** Numbers that follow from a seed, the same on every machine: mulberry32 by Tommy Ettinger, in the public domain. */
export class SeededNumbers {
  /** @param state the seed, of which 32 bits count */
  constructor(private state: number) {}

  /** The next number in [0, 1). */
  next(): number {
    this.state = (this.state + STEP) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / RANGE;
  }

  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
}
