import { type Rgb } from '../color.js';
import { smoothstep } from '../scalar.js';
import { edgesOf } from './canny.js';
import { distanceTo } from './distance.js';
import { type Field } from './field.js';
import { type LightShaper } from './light-shaper.js';
import { type Bands } from './references.js';
import { slopeOf, yielding } from './strength.js';

const { exp, max } = Math;

/** Widths as shares of the mean side: of the drawn line, of the crease on both sides of it, and of the shade around it. */
const LINE = 0.0019;
const CREASE = 0.009;
const SHADE = 0.035;

/** Canny: the edges of the control image are engraved into the scene, as creases that catch its light; in the dark they glow. */
export class EdgeShaper implements LightShaper {
  private readonly distance: Field;
  private readonly bias: number;
  private readonly line: number;
  private readonly crease: number;
  private readonly shade: number;
  private readonly slope = { x: 0, y: 0 };

  constructor(
    brightness: Field,
    bands: Bands,
    private readonly from: { readonly x: number; readonly y: number },
  ) {
    this.distance = distanceTo(edgesOf(brightness), brightness.width, brightness.height).smoothed;
    // What smoothing adds in the middle of a line.
    this.bias = 0.8 / brightness.meanSide;
    this.line = 0.9 * yielding(bands.fine, 1.5);
    this.crease = 1.1 * yielding(bands.middle, 0.9);
    this.shade = 0.4 * yielding(bands.coarse, 0.9);
  }

  shape(x: number, y: number, around: Rgb, color: Rgb): void {
    const distance = max(0, this.distance.read(x, y) - this.bias);
    if (distance > SHADE * 2.2) return;
    const line = exp(-((distance / LINE) ** 2));
    const dark = smoothstep(0.03, 0.13, around.luminance);
    slopeOf(this.distance, x, y, this.slope);
    const facing = this.slope.x * this.from.x + this.slope.y * this.from.y;
    const relief = 1 + this.crease * facing * exp(-((distance / CREASE) ** 2)) * smoothstep(0, LINE, distance);
    color.scale(relief * (1 - this.line * line * dark) * (1 - this.shade * exp(-((distance / SHADE) ** 2)) * dark));
    const glow = this.line * line * (1 - dark) * 0.8;
    color.r += glow;
    color.g += glow * 0.92;
    color.b += glow * 0.8;
  }
}
