import { edgesOf } from './canny.js';
import { distanceTo } from './distance.js';
import { Field } from './field.js';

const SIZE = 48;

const fieldOf = (compute: (x: number, y: number) => number): Field => new Field(SIZE, SIZE).fill(compute);

/** Columns that are marked in a row. */
const columns = (marked: Uint8Array, row: number): number[] =>
  [...marked.subarray(row * SIZE, (row + 1) * SIZE)].flatMap((value, column) => (value === 1 ? [column] : []));

describe('edgesOf', () => {
  it('finds the border between two tones, one point wide', () => {
    const edges = edgesOf(fieldOf((x) => (x < 20 ? 0.2 : 0.9)));
    for (const row of [10, 24, 40]) {
      const found = columns(edges, row);
      expect(found).toHaveLength(1);
      expect(Math.abs((found[0] ?? 0) - 19.5)).toBeLessThan(1.5);
    }
  });

  it('follows a faint border from where it is strong', () => {
    const edges = edgesOf(fieldOf((x, y) => (x < 24 ? 0 : 1 - y / 60)));
    expect(columns(edges, 44)).toHaveLength(1);
  });

  it('finds a border in any direction', () => {
    const edges = edgesOf(fieldOf((x, y) => (x + y < SIZE ? 0 : 1)));
    expect(edges.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(SIZE * 0.8);
  });

  it('finds nothing where nothing is', () => {
    expect(edgesOf(fieldOf(() => 0.5)).includes(1)).toBe(false);
  });

  it('does not take a gentle gradient for edges', () => {
    const edges = edgesOf(fieldOf((x, y) => (x > 40 && y > 40 ? 1 : x / 400)));
    expect(columns(edges, 10)).toEqual([]);
  });
});

describe('distanceTo', () => {
  it('measures from each point to the nearest marked one, as a share of the mean side', () => {
    const marked = new Uint8Array(SIZE * SIZE);
    marked[10 * SIZE + 10] = 1;
    const distance = distanceTo(marked, SIZE, SIZE);
    expect(distance.at(10, 10)).toBe(0);
    expect(distance.at(10, 25) * SIZE).toBeCloseTo(15, 4);
    expect(distance.at(22, 22) * SIZE).toBeCloseTo(12 * Math.SQRT2, 4);
    // Borgefors: steps of 1 and √2 are at most 8 % too long.
    expect((distance.at(34, 20) * SIZE) / Math.hypot(24, 10)).toBeLessThan(1.083);
  });
});
