import { Rgb } from '../color.js';
import { clamp, saturate } from '../scalar.js';
import { type Field } from './field.js';
import { type LightShaper } from './light-shaper.js';
import { type Bands } from './references.js';
import { yielding } from './strength.js';

const { hypot, max, sqrt } = Math;

/** How far around a place its neighbours' depth is looked at, as shares of the mean side. */
const FORM = 0.004;
const HOLLOW = 0.04;
/** How strongly a slope turns a surface away from the viewer. */
const STEEPNESS = 5;

/**
 * Depth: bright is near and dark is far, as depth estimators draw it. Far places sink into the air, near ones stand out in the light, forms are
 * lit from the scene's side, and hollows beside what stands before them are dark.
 */
export class DepthShaper implements LightShaper {
  private readonly depth: Field;
  private readonly ground: Field;
  private readonly haze: number;
  private readonly form: number;
  private readonly hollow: number;
  private readonly air: Rgb;
  private readonly step: { readonly x: number; readonly y: number };

  /** @param mean the mean light of the scene, which colours its air */
  constructor(
    brightness: Field,
    bands: Bands,
    private readonly from: { readonly x: number; readonly y: number },
    mean: Rgb,
  ) {
    this.depth = brightness.blurred(FORM);
    this.ground = this.depth.blurred(HOLLOW);
    this.haze = 0.92 * yielding(bands.coarse, 1.1);
    this.form = 1.1 * yielding(bands.middle, 0.9);
    this.hollow = 1.5 * yielding(bands.fine, 0.9);
    const grey = mean.luminance;
    this.air = mean
      .clone()
      .mix(new Rgb(grey, grey, grey), 0.35)
      .scale(1.5)
      .add(new Rgb(0.02, 0.024, 0.032));
    const reach = FORM * brightness.meanSide;
    this.step = { x: reach / brightness.width, y: reach / brightness.height };
  }

  shape(x: number, y: number, _around: Rgb, color: Rgb): void {
    const { depth, step } = this;
    const near = saturate(depth.read(x, y));
    const rightwards = (depth.read(x + step.x, y) - depth.read(x - step.x, y)) * STEEPNESS;
    const downwards = (depth.read(x, y + step.y) - depth.read(x, y - step.y)) * STEEPNESS;
    const upright = 1 / sqrt(1 + rightwards * rightwards + downwards * downwards);
    // The surface rises towards the viewer where it gets nearer, so it looks away from where it rises.
    const facing = -(rightwards * this.from.x + downwards * this.from.y) * upright;
    const hollow = clamp(near - this.ground.read(x, y), -0.35, 0.35);
    const edge = 1 - 0.25 * this.form * saturate(hypot(rightwards, downwards) * 0.4);
    color.scale(max(0.08, 1 + this.form * facing) * max(0.1, 1 + this.hollow * hollow) * edge);
    color.scale(1 + this.haze * 0.35 * (near - 0.4));
    color.mix(this.air, this.haze * (1 - near) * sqrt(1 - near));
  }
}
