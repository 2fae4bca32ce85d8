import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { veilOf } from './light.js';
import { fbm, noise2 } from './noise.js';
import { clamp, mix, saturate } from './scalar.js';
import { type Sky } from './sky.js';

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

/**
 * Lights the pixels that the ground painter left as water: the mirror image of the picture above the horizon, pushed about by waves,
 * over the colour of the depth. Mirrored rows are exact for far things, which is where one looks.
 */
export class WaterPainter {
  private readonly mirror = new Rgb();
  private readonly second = new Rgb();
  private readonly color = new Rgb();
  private readonly air = new Rgb();
  private readonly deep = new Rgb();
  private readonly octaves: number;

  constructor(
    private readonly brief: Brief,
    private readonly view: View,
    private readonly sky: Sky,
    private readonly surface: WaterSurface,
  ) {
    this.octaves = Math.round(mix(2, 5, brief.detail));
    const light = brief.light.zenith
      .clone()
      .mix(brief.light.horizon, 0.5)
      .scale(brief.light.ambient)
      .add(brief.light.sun, 0.35);
    this.deep.copy(surface.body).multiply(light);
  }

  *paint(frame: Frame, water: Uint8Array): Generator<number, void> {
    const first = Math.max(0, Math.floor(this.view.horizon) - 2);
    for (let y = first; y < frame.height; y += 1) {
      const v = Math.min(-0.35 / this.view.focal, this.view.v(y));
      this.sky.air(0, this.air);
      for (let x = 0; x < frame.width; x += 1) {
        const index = y * frame.width + x;
        if (water[index] === 1) this.light(frame, x, y, v);
      }
      if (y % 24 === 23) yield (y - first) / (frame.height - first);
    }
  }

  private light(frame: Frame, x: number, y: number, v: number): void {
    const { surface, view, brief } = this;
    const u = view.u(x);
    const z = -surface.eye / v;
    const worldX = u * z;
    // Waves that are smaller than a pixel average out; what is left of them is a blur that the fade stands for.
    const fade = 1 / (1 + (z * z) / (view.focal * surface.eye * 0.55));
    const swell = noise2(worldX * 0.11 + 7, z * 0.3, brief.seed + 911);
    const stretch = mix(0.9, 2.2, surface.roughness);
    const ripple = fbm(worldX * 0.55 * stretch + swell, z * 1.5 * stretch, this.octaves, brief.seed + 919);
    const tiltZ = surface.roughness * (ripple * (0.22 * fade + 0.03) + swell * 0.05);
    const tiltX = surface.roughness * 0.11 * (fade + 0.12) * noise2(worldX * 0.8, z * 1.1 + 40, brief.seed + 929);
    const mirrorV = Math.max(0.002, -v + tiltZ * 2);
    const mirrorRow = view.y(mirrorV);
    const mirrorU = u + tiltX;
    // Waves too small to be drawn draw bright points out into upright streaks.
    const smear = surface.roughness * view.focal * 0.012;
    this.reflect(frame, mirrorU, mirrorRow - smear);
    this.second.copy(this.mirror);
    this.reflect(frame, mirrorU, mirrorRow + smear);
    this.mirror.mix(this.second, 0.5);
    const facing = saturate((-v + tiltZ * 1.2) / Math.sqrt(v * v + 1));
    const fresnel = clamp(0.04 + 0.96 * (1 - facing) ** 2.7, 0, 0.95);
    this.color
      .copy(this.deep)
      .scale(1 + ripple * 0.35 * surface.roughness)
      .mix(this.mirror, fresnel);
    this.sky.air(u, this.air);
    this.color.mix(this.air, veilOf(brief.light, Math.min(4, z / surface.far), 0));
    const index = y * frame.width + x;
    frame.put(index, this.color, z);
  }

  /** What the mirrored ray meets: the picture above the horizon, or the sky beyond its upper edge. */
  private reflect(frame: Frame, u: number, row: number): void {
    const { view } = this;
    if (row >= 0) frame.sample(view.x(u), Math.min(row, view.horizon - 1.5), this.mirror);
    else this.sky.color(u, (view.horizon - row) / view.focal, this.mirror);
  }
}
