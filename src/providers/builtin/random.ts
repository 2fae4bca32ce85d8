import { SeededNumbers } from '../../platform/random/seeded-numbers.policy.js';

const { imul } = Math;

/** MurmurHash3's finaliser: spreads every input bit over all 32 output bits. */
export const mixBits = (value: number): number => {
  let hash = value | 0;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** FNV-1a over the UTF-16 units of a text, as an unsigned 32-bit number. */
export const hashText = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mixBits(hash);
};

/** A hash of two integers and a seed as a number in [0, 1). */
export const cellNoise = (x: number, y: number, seed: number): number =>
  mixBits(imul(x, 0x27d4eb2d) ^ imul(y, 0x165667b1) ^ seed) / 4294967296;

/** What a picture is drawn with. */
export class Random extends SeededNumbers {
  /** The next number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the given values, each equally likely. */
  pick<T>(first: T, ...others: readonly T[]): T {
    const index = this.below(others.length + 1);
    return index === 0 ? first : (others[index - 1] ?? first);
  }

  /** An independent generator that does not depend on how many numbers were drawn here before. */
  static of(seed: number, purpose: string): Random {
    return new Random(mixBits(seed ^ hashText(purpose)));
  }
}
