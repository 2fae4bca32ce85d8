import fc from 'fast-check';
import { randomPrompts, type PromptParts } from './random-prompts.policy.js';
import { SeededNumbers } from '../platform/random/seeded-numbers.policy.js';

const PARTS: PromptParts = {
  subjects: ['a fox', 'a pier', 'a tower'],
  styles: ['oil', 'ink'],
  lighting: ['dusk', 'noon'],
  quality: ['8k', 'fine'],
};
const COMBINATIONS = 24;

const textsOf = (parts: PromptParts, count: number, seed: number): string[] =>
  randomPrompts(parts, count, seed).map(({ prompt }) => prompt);

const terms = (name: string): fc.Arbitrary<readonly string[]> =>
  fc.integer({ min: 1, max: 5 }).map((size) => Array.from({ length: size }, (_, place) => `${name} ${String(place)}`));
const parts = fc.record({
  subjects: terms('subject'),
  styles: terms('style'),
  lighting: terms('lighting'),
  quality: terms('quality'),
});
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('random prompts', () => {
  it('are put together from one term of each kind', () => {
    for (const { prompt, components } of randomPrompts(PARTS, 10, 1)) {
      const { subject, style, lighting, quality } = components;
      expect(prompt).toBe(`${subject}, ${style}, ${lighting}, ${quality}`);
      expect(PARTS.subjects).toContain(subject);
      expect(PARTS.styles).toContain(style);
      expect(PARTS.lighting).toContain(lighting);
      expect(PARTS.quality).toContain(quality);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    expect(textsOf(PARTS, 12, 7)).toEqual(textsOf(PARTS, 12, 7));
    expect(textsOf(PARTS, 12, 7)).not.toEqual(textsOf(PARTS, 12, 8));
    expect(textsOf(PARTS, 5, 7)).toEqual(textsOf(PARTS, 12, 7).slice(0, 5));
  });

  it('are all there are before one comes again', () => {
    fc.assert(
      fc.property(parts, seed, (each, from) => {
        const all = Object.values(each).reduce((product, { length }) => product * length, 1);
        const texts = textsOf(each, all * 2, from);
        expect(new Set(texts.slice(0, all)).size).toBe(all);
        expect(new Set(texts.slice(all)).size).toBe(all);
      }),
    );
  });

  it('never have the subject of the one before', () => {
    fc.assert(
      fc.property(parts, seed, (each, from) => {
        const subjects = randomPrompts(each, 60, from).map(({ components }) => components.subject);
        const repeated = subjects.filter((subject, place) => subject === subjects[place - 1]);
        expect(repeated).toHaveLength(each.subjects.length > 1 ? 0 : 59);
      }),
    );
  });

  it('are all equally likely to come first', () => {
    const firsts = new Map<string, number>();
    const draws = COMBINATIONS * 200;
    for (let from = 0; from < draws; from++) {
      const [first = ''] = textsOf(PARTS, 1, from);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    expect(firsts.size).toBe(COMBINATIONS);
    // Four standard deviations of a fair draw.
    for (const times of firsts.values()) expect(Math.abs(times - 200)).toBeLessThan(4 * Math.sqrt(200));
  });
});

describe('seeded numbers', () => {
  it('are those of mulberry32', () => {
    const numbers = new SeededNumbers(1);
    expect(Array.from({ length: 4 }, () => numbers.below(2 ** 32))).toEqual([
      2_693_262_067, 11_749_833, 2_265_367_787, 4_213_581_821,
    ]);
  });
});
