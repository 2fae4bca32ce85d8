import { Rgb } from '../color.js';
import { type Frame } from '../frame.js';
import { saturate, smoothstep } from '../scalar.js';
import { distanceTo } from './distance.js';
import { Field } from './field.js';
import { type LightShaper } from './light-shaper.js';
import { type Bands } from './references.js';
import { lightUnder, slopeOf, yielding } from './strength.js';

const { exp, max } = Math;

/** Strength from which a point of the control image belongs to the figure: skeletons are drawn in colours on black. */
const BONE = 0.13;
/** Half the thickness of the flesh on a bone, and the width of the light around the figure, as shares of the mean side. */
const FLESH = 0.02;
const AURA = 0.09;
/** Width of the rim that catches light. */
const RIM = 0.006;

/** Pose: the bright figure of the control image stands in the scene as a silhouette against the light, with a rim on the side of the light. */
export class FigureShaper implements LightShaper {
  /** Distance from the figure's outline, negative inside, as a share of the mean side. */
  private readonly outline: Field;
  /** Against the light where there is any, moonlit where there is none. */
  private readonly dark: boolean;
  private readonly moonlit: Rgb;
  private readonly scratch = new Rgb();
  private readonly body: number;
  private readonly rim: number;
  private readonly aura: number;
  private readonly slope = { x: 0, y: 0 };

  constructor(
    strength: Field,
    bands: Bands,
    private readonly from: { readonly x: number; readonly y: number },
    around: Frame,
  ) {
    const { width, height } = strength;
    const marked = Uint8Array.from(strength.values, (value) => (value > BONE ? 1 : 0));
    const ground = lightUnder(marked, strength, around);
    this.dark = ground.luminance > 0.04;
    this.moonlit = ground.clone().scale(0.32 / (ground.luminance + 0.01));
    const bones = distanceTo(marked, width, height);
    // Smoothing what is thickened first rounds joints, as a body does.
    const flesh = new Field(width, height)
      .fill((_x, _y, index) => saturate(1.5 - (bones.values[index] ?? 1) / FLESH))
      .blurred(FLESH * 0.35);
    const skin = Uint8Array.from(flesh.values, (value) => (value > 0.5 ? 1 : 0));
    const outside = distanceTo(skin, width, height);
    const inside = distanceTo(
      skin.map((value) => 1 - value),
      width,
      height,
    );
    this.outline = new Field(width, height).fill(
      (_x, _y, index) => (outside.values[index] ?? 0) - (inside.values[index] ?? 0),
    ).smoothed;
    this.body = 0.97 * yielding(bands.middle, 2);
    this.rim = yielding(bands.fine, 1.2);
    this.aura = yielding(bands.coarse, 0.9);
  }

  shape(x: number, y: number, around: Rgb, color: Rgb): void {
    const distance = this.outline.read(x, y);
    if (distance > AURA * 2.4) return;
    const { dark, scratch } = this;
    if (distance > 0) color.scale(1 + (dark ? 0.75 : -0.5) * this.aura * exp(-((distance / AURA) ** 2)));
    const cover = this.body * smoothstep(0.0016, -0.0016, distance);
    if (cover > 0) color.mix(dark ? scratch.copy(around).scale(0.07) : this.moonlit, cover);
    if (distance > RIM || distance < -3 * RIM) return;
    slopeOf(this.outline, x, y, this.slope);
    const facing = this.slope.x * this.from.x + this.slope.y * this.from.y;
    const rim = this.rim * exp(-(((distance + RIM * 0.5) / (RIM * 0.6)) ** 2)) * max(0, 0.25 + 0.75 * facing);
    color.add(around, rim * 1.6);
    color.r += rim * 0.24;
    color.g += rim * 0.21;
    color.b += rim * 0.17;
  }
}
