import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { veilOf } from './light.js';
import { fbm, noise2 } from './noise.js';
import { mix, saturate } from './scalar.js';
import { type Sky } from './sky.js';

const { ceil, floor, max, min, round, sqrt } = Math;

/** A surface that mirrors what stands above it. */
export interface WaterSurface {
  /** Height of the eye over the surface, in world units. */
  readonly eye: number;
  /** Height of the waves: 0 is a mirror, 1 is open sea. */
  readonly roughness: number;
  /** Colour of the depth, linear. */
  readonly body: Rgb;
  /** Distance at which the haze hides it. */
  readonly far: number;
}

/** What all pixels of a row share. */
interface Row {
  readonly y: number;
  /** Tangent of the angle below the horizon. */
  readonly down: number;
  readonly z: number;
  /** How much of the waves is still larger than a pixel: 1 before one's feet, 0 far away. */
  readonly fade: number;
  readonly octaves: number;
  readonly veil: number;
}

/**
 * Lights the pixels that the ground painter left as water: the mirror image of the picture above the horizon, pushed about by waves,
 * over the colour of the depth. Mirrored rows are exact for far things, which is where one looks.
 */
export class WaterPainter {
  private readonly mirror = new Rgb();
  private readonly second = new Rgb();
  private readonly color = new Rgb();
  private readonly deep = new Rgb();
  private swellMove = 0;
  private rippleMove = 0;
  private readonly air: readonly Rgb[];
  private readonly octaves: number;

  constructor(
    private readonly brief: Brief,
    private readonly view: View,
    private readonly sky: Sky,
    private readonly surface: WaterSurface,
  ) {
    this.octaves = round(mix(2, 5, brief.detail));
    const light = brief.light.zenith
      .clone()
      .mix(brief.light.horizon, 0.5)
      .scale(brief.light.ambient)
      .add(brief.light.sun, 0.35);
    this.deep.copy(surface.body).multiply(light);
    this.air = Array.from({ length: ceil(view.width / 8) }, (_, index) => sky.air(view.u(index * 8), new Rgb()));
  }

  /** @param seconds age of the scene: waves run towards the viewer */
  *paint(frame: Frame, water: Uint8Array, seconds = 0): Generator<number, void> {
    this.swellMove = seconds * 0.22;
    this.rippleMove = seconds * 0.62;
    const first = max(0, floor(this.view.horizon) - 2);
    for (let y = first; y < frame.height; y += 1) {
      const row = this.rowAt(y);
      for (let x = 0; x < frame.width; x += 1) {
        if (water[y * frame.width + x] === 1) this.light(frame, x, row);
      }
      if (y % 24 === 23) yield (y - first) / (frame.height - first);
    }
  }

  private rowAt(y: number): Row {
    const { surface, view, brief } = this;
    const down = max(0.35 / view.focal, -view.v(y));
    const z = surface.eye / down;
    const fade = 1 / (1 + (z * z) / (view.focal * surface.eye * 0.55));
    const octaves = max(1, round(this.octaves * sqrt(min(1, fade * 3))));
    return { y, down, z, fade, octaves, veil: veilOf(brief.light, min(4, z / surface.far), 0) };
  }

  private light(frame: Frame, x: number, row: Row): void {
    const { surface, view, brief, color } = this;
    const u = view.u(x);
    const worldX = u * row.z;
    const swell = noise2(worldX * 0.11 + 7 + this.swellMove * 0.4, row.z * 0.3 + this.swellMove, brief.seed + 911);
    const stretch = mix(0.9, 2.2, surface.roughness);
    const along = row.z * 1.5 * stretch + this.rippleMove;
    const ripple = fbm(worldX * 0.55 * stretch + swell, along, row.octaves, brief.seed + 919);
    const tiltZ = surface.roughness * (ripple * (0.22 * row.fade + 0.03) + swell * 0.05);
    const tiltX = surface.roughness * 0.09 * (row.fade + 0.12) * (swell - ripple * 0.6);
    const mirrorV = max(0.002, row.down + tiltZ * 2);
    this.reflect(frame, u + tiltX, view.y(mirrorV));
    // 1 − cos of the angle to the surface to the power of 2.5: Schlick's fit, made a little flatter because calm water in pictures mirrors more.
    const grazing = 1 - saturate((row.down + tiltZ * 1.2) / sqrt(row.down * row.down + 1));
    const fresnel = min(0.95, 0.04 + 0.96 * grazing * grazing * sqrt(grazing));
    color
      .copy(this.deep)
      .scale(1 + ripple * 0.35 * surface.roughness)
      .mix(this.mirror, fresnel);
    const air = this.air[x >> 3];
    if (air !== undefined) color.mix(air, row.veil);
    frame.put(row.y * frame.width + x, color, row.z);
  }

  /** What the mirrored ray meets; rough water draws bright points out into upright streaks, for waves too small to be drawn. */
  private reflect(frame: Frame, u: number, row: number): void {
    const smear = this.surface.roughness * this.view.focal * 0.012;
    this.reflectOne(frame, u, row - smear);
    if (this.surface.roughness < 0.4) return;
    this.second.copy(this.mirror);
    this.reflectOne(frame, u, row + smear);
    this.mirror.mix(this.second, 0.5);
  }

  /** The picture above the horizon, or the sky beyond its upper edge. */
  private reflectOne(frame: Frame, u: number, row: number): void {
    const { view } = this;
    if (row >= 0) frame.sample(view.x(u), min(row, view.horizon - 1.5), this.mirror);
    else this.sky.color(u, (view.horizon - row) / view.focal, this.mirror);
  }
}
