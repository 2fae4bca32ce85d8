import { Rgb } from '../color.js';
import { type Frame } from '../frame.js';
import { noise2 } from '../noise.js';
import { saturate, smoothstep } from '../scalar.js';
import { distanceTo } from './distance.js';
import { type Field } from './field.js';
import { type LightShaper } from './light-shaper.js';
import { type Bands } from './references.js';
import { lightUnder, yielding } from './strength.js';

const { abs, exp, floor, max } = Math;

/** Half the width of a brush, and how far its paint bleeds, as shares of the mean side. */
const BRUSH = 0.006;
const BLEED = 0.03;

/** Difference from the paper's brightness that counts as drawn. */
const INK = 0.18;

const PALE = new Rgb(0.85, 0.82, 0.76);

/** The brightness that most of a drawing has. */
const paperOf = (brightness: Field): number => {
  const histogram = new Uint32Array(32);
  for (const value of brightness.values) {
    const bin = floor(saturate(value) * 31.99);
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  return (histogram.indexOf(max(...histogram)) + 0.5) / 32;
};

/** Scribble: what was drawn, dark on light or light on dark, is laid over the scene with a broad dry brush in the scene's own colours. */
export class StrokeShaper implements LightShaper {
  private readonly distance: Field;
  /** Paint that is not seen would not be a drawing: dark on a light scene, light on a dark one. */
  private readonly dark: boolean;
  private readonly paint: Rgb;
  private readonly body: number;
  private readonly bristles: number;
  private readonly bleed: number;

  constructor(
    brightness: Field,
    bands: Bands,
    around: Frame,
    private readonly seed: number,
  ) {
    const paper = paperOf(brightness);
    const marked = Uint8Array.from(brightness.values, (value) => (abs(value - paper) > INK ? 1 : 0));
    this.distance = distanceTo(marked, brightness.width, brightness.height).smoothed;
    const ground = lightUnder(marked, brightness, around);
    this.dark = ground.luminance > 0.09;
    this.paint = this.dark
      ? new Rgb()
      : ground
          .clone()
          .scale(0.75 / (ground.luminance + 0.01))
          .mix(PALE, 0.5);
    this.body = 0.94 * yielding(bands.middle, 1.7);
    this.bristles = yielding(bands.fine, 1.2);
    this.bleed = 0.5 * yielding(bands.coarse, 1);
  }

  shape(x: number, y: number, around: Rgb, color: Rgb): void {
    const distance = this.distance.read(x, y);
    if (distance > BLEED * 2.2) return;
    const bristle = noise2(x * 90 + y * 35, y * 230 - x * 60, this.seed + 77) * this.bristles;
    const edge = BRUSH * (1 + 0.5 * bristle);
    const cover = this.body * smoothstep(edge, edge * 0.45, distance) * saturate(1 - 0.75 * max(0, bristle));
    const bleed = this.bleed * exp(-((distance / BLEED) ** 2));
    color.scale(this.dark ? 1 - 0.65 * bleed : 1 + 1.6 * bleed);
    if (cover <= 0) return;
    // Dark paint keeps a trace of the scene's colours, light paint is opaque.
    color.mix(this.dark ? this.scratch.copy(around).scale(0.1) : this.paint, cover);
  }

  private readonly scratch = new Rgb();
}
