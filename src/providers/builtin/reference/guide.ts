import { type Pixels } from '../develop.js';
import { cellNoise } from '../random.js';
import { clamp, mix } from '../scalar.js';
import { Field } from './field.js';
import { fromLab, type Lab, toLab } from './oklab.js';
import { type Guidance } from './references.js';

const { max, min, round, sqrt } = Math;

/** How much of a guidance image of the full weight comes through: of its palette, and of its large shapes. */
const PALETTE = 0.9;
const SHAPES = 0.6;
/** Size of what counts as a large shape, as a share of the mean side. */
const LARGE = 0.045;
/** Points of the longest side of the fields in which large shapes are looked at. */
const GRID = 96;

/** Colours of a picture: mean and spread of each of lightness, red and yellow, and the three as large shapes. */
interface Palette {
  readonly mean: readonly number[];
  readonly spread: readonly number[];
  readonly shapes: readonly Field[];
}

const labFields = ({ width, height, bytes }: Pixels): readonly Field[] => {
  const scale = min(1, GRID / max(width, height));
  const fields = [0, 1, 2].map(() => new Field(max(8, round(width * scale)), max(8, round(height * scale))));
  const [first] = fields;
  if (first === undefined) return fields;
  const lab: Lab = { l: 0, a: 0, b: 0 };
  first.fill((column, row, at) => {
    const x = min(width - 1, ((column + 0.5) * width) / first.width) | 0;
    const y = min(height - 1, ((row + 0.5) * height) / first.height) | 0;
    const place = (y * width + x) * 3;
    toLab(bytes[place] ?? 0, bytes[place + 1] ?? 0, bytes[place + 2] ?? 0, lab);
    if (fields[1] !== undefined) fields[1].values[at] = lab.a;
    if (fields[2] !== undefined) fields[2].values[at] = lab.b;
    return lab.l;
  });
  return fields;
};

const paletteOf = (picture: Pixels): Palette => {
  const fields = labFields(picture);
  const mean = fields.map(({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const spread = fields.map(({ values }, channel) =>
    sqrt(values.reduce((sum, value) => sum + (value - (mean[channel] ?? 0)) ** 2, 0) / values.length),
  );
  return { mean, spread, shapes: fields.map((field) => field.blurred(LARGE)) };
};

/** Several palettes as one, by their weights. */
const blend = (palettes: readonly Palette[], weights: readonly number[]): Palette => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const average = (pick: (palette: Palette) => number): number =>
    palettes.reduce((sum, palette, index) => sum + (pick(palette) * (weights[index] ?? 0)) / total, 0);
  const channels = [0, 1, 2];
  return {
    mean: channels.map((channel) => average(({ mean }) => mean[channel] ?? 0)),
    spread: channels.map((channel) => average(({ spread }) => spread[channel] ?? 0)),
    shapes: channels.map((channel) => {
      const grid = palettes[0]?.shapes[channel] ?? new Field(2, 2);
      return new Field(grid.width, grid.height).fill((_x, _y, at) =>
        average(({ shapes }) => shapes[channel]?.values[at] ?? 0),
      );
    }),
  };
};

/** What is done to one channel of Oklab: its spread and mean become those of the guidance, then its large shapes follow. */
interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly stretch: number;
  readonly own: Field;
  readonly wanted: Field;
}

const transferOf = (print: Palette, wanted: Palette, channel: number): Transfer => ({
  from: print.mean[channel] ?? 0,
  to: wanted.mean[channel] ?? 0,
  // A flat picture is not stretched into noise, and a wild one not flattened.
  stretch: clamp((wanted.spread[channel] ?? 0) / max(1e-3, print.spread[channel] ?? 0), 0.45, 2.2),
  own: print.shapes[channel] ?? new Field(2, 2),
  wanted: wanted.shapes[channel] ?? new Field(2, 2),
});

const apply = (value: number, transfer: Transfer, x: number, y: number): number => {
  const { from, to, stretch, own, wanted } = transfer;
  const moved = (value - from) * stretch + to;
  const shape = (own.read(x, y) - from) * stretch + to;
  return moved + SHAPES * (wanted.read(x, y) - shape);
};

/**
 * Guidance: a print takes on the palette of the guidance images (means and spreads in Oklab, after Reinhard et al. 2001) and the places of
 * their large light and dark shapes, in proportion to their weights.
 */
export function* guide(print: Pixels, guidance: readonly Guidance[], seed: number): Generator<number, Pixels> {
  const weights = guidance.map(({ weight }) => weight);
  const wanted = blend(
    guidance.map(({ picture }) => paletteOf(picture)),
    weights,
  );
  yield 0.1;
  const own = paletteOf(print);
  const transfers = [transferOf(own, wanted, 0), transferOf(own, wanted, 1), transferOf(own, wanted, 2)] as const;
  const share =
    PALETTE *
    min(
      1,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
  yield 0.2;
  const bytes = new Uint8Array(print.bytes.length);
  const lab: Lab = { l: 0, a: 0, b: 0 };
  const screen = new Float64Array(3);
  for (let y = 0; y < print.height; y += 1) {
    const shareY = (y + 0.5) / print.height;
    for (let x = 0; x < print.width; x += 1) {
      const shareX = (x + 0.5) / print.width;
      const at = (y * print.width + x) * 3;
      toLab(print.bytes[at] ?? 0, print.bytes[at + 1] ?? 0, print.bytes[at + 2] ?? 0, lab);
      lab.l = mix(lab.l, apply(lab.l, transfers[0], shareX, shareY), share);
      lab.a = mix(lab.a, apply(lab.a, transfers[1], shareX, shareY), share);
      lab.b = mix(lab.b, apply(lab.b, transfers[2], shareX, shareY), share);
      fromLab(lab, screen);
      const dither = cellNoise(x, y, seed + 3);
      for (let channel = 0; channel < 3; channel += 1)
        bytes[at + channel] = clamp((screen[channel] ?? 0) + dither, 0, 255);
    }
    if (y % 16 === 15) yield 0.2 + (0.8 * y) / print.height;
  }
  return { width: print.width, height: print.height, bytes };
}
