import { accent, type Brief, has } from './brief.js';
import { type View } from './camera.js';
import { hex, Rgb } from './color.js';
import { type Ground, type GroundPoint } from './ground.js';
import { grit } from './ground-detail.js';
import { fbm, noise2, ridged } from './noise.js';
import { Random } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';

const { abs, exp, max, min, sqrt } = Math;

interface Range {
  readonly z: number;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
}

/** Ranges of mountains behind a valley, a lake or snow fields; the highest summit stands where the composition wants it. */
export class MountainGround implements Ground {
  readonly near: number;
  readonly far: number;
  readonly stride = 2;
  readonly waterLevel: number | null;
  readonly eye: number;
  private readonly seed: number;
  private readonly ranges: readonly Range[];
  private readonly summit: { readonly x: number; readonly z: number; readonly height: number };
  private readonly snowLine: number;
  private readonly grass: Rgb;
  private readonly rock = hex(0x6f675f);
  private readonly darkRock = hex(0x3d3a3b);
  readonly forest: Rgb;
  private readonly snow = new Rgb(0.86, 0.9, 0.97);
  private readonly shore: number;
  private readonly grain: number;

  constructor(brief: Brief, view: View) {
    const { camera, composition } = brief;
    const random = Random.of(brief.seed, 'mountains');
    this.seed = brief.seed;
    const back = max(0.8, sqrt(camera.focal / 0.85));
    this.far = 900 * back;
    this.waterLevel = has(brief, 'water', 0.75) ? 0 : null;
    this.shore = random.between(38, 58) * back;
    this.eye = (this.waterLevel === null ? 4.2 : 3) * camera.height + (camera.height > 2 ? 6 * camera.height : 0);
    // Warped by at most 18, the shore cannot come nearer than this, even at the sides of the picture.
    const open = (this.shore * 0.8 - 18) / (1 + 0.49 * abs(view.u(0)));
    this.near = this.waterLevel === null ? max(1.6, this.eye * 0.35) : max(2, open);
    this.grain = view.focal / 9;
    const scale = random.between(0.88, 1.15);
    const amount = clamp(composition.density, 0.35, 1.3);
    this.ranges = [
      { z: 105, width: 34, height: 17 * amount, seed: 11 },
      { z: 205, width: 62, height: 40 * amount * composition.scale, seed: 23 },
      { z: 380, width: 100, height: 88 * composition.scale, seed: 37 },
      { z: 640, width: 150, height: 120 * composition.scale, seed: 53 },
    ].map((range) => ({ ...range, z: range.z * back, width: range.width * back, height: range.height * scale }));
    const summitZ = 330 * back;
    this.summit = {
      x: view.u((composition.x + composition.lean * 0.02) * view.width) * summitZ,
      z: summitZ,
      height: 135 * composition.scale * scale,
    };
    this.snowLine = has(brief, 'snow') ? 2 : random.between(38, 60);
    this.grass = has(brief, 'autumn') ? hex(0x9a7434) : hex(0x55692f);
    this.forest = has(brief, 'autumn') ? hex(0x8a4a1c) : hex(0x1f3a24);
    if (brief.reading.colors.length > 0) this.grass.mix(accent(brief, 0, 0.3), 0.18);
  }

  height(x: number, z: number, octaves: number): number {
    const warp = noise2(x * 0.008, z * 0.008, this.seed + 3) * 26;
    const banks = 0.35 * abs(x) * (1 / (1 + z * 0.02));
    const inland = z + warp * 0.9 + banks * 1.4;
    if (this.waterLevel !== null && inland < this.shore * 0.8) return -2;
    let height = (this.waterLevel === null ? 0.2 : -2.2) + smoothstep(this.shore * 0.8, this.shore * 1.5, inland) * 6;
    const roughness = (this.waterLevel === null ? 2.6 : 0.9) + min(4.5, z * 0.012);
    height += fbm(x * 0.035, z * 0.035, min(octaves, 4), this.seed + 7) * roughness;
    const mass = this.massAt(x, z + warp);
    const dx = (x - this.summit.x) / 150;
    const dz = (z - this.summit.z) / 120;
    const summit = this.summit.height * exp(-sqrt(dx * dx + dz * dz + 0.03) * 1.7);
    if (mass + summit < 0.4) return height;
    const crags = ridged((x + warp) * 0.0078, (z + warp) * 0.0078, octaves, this.seed);
    return height + mass * (0.2 + 0.72 * crags) + summit * (0.62 + 0.5 * crags);
  }

  /** Height of the ranges before crags are cut into them. */
  private massAt(x: number, z: number): number {
    let sum = 0;
    for (const range of this.ranges) {
      const away = (z - range.z) / range.width;
      if (away < -1.8 || away > 1.8) continue;
      const mass = 0.55 + 0.7 * noise2(x * 0.009 + range.seed, range.seed * 1.7, this.seed + range.seed);
      if (mass > 0) sum += range.height * exp(-away * away * 1.3) * mass;
    }
    return sum;
  }

  ceilingAt(z: number): number {
    let ceiling = 10;
    for (const range of this.ranges) {
      const nearest = max(0, abs(z - range.z) - 20) / range.width;
      ceiling += range.height * 1.25 * exp(-nearest * nearest * 1.3);
    }
    return ceiling + this.summit.height * 1.35 * exp((-abs(z - this.summit.z) / 120) * 1.7);
  }

  /** Height where a tree can stand; null on water, on bare slopes and in clearings. */
  treeLine(x: number, z: number): number | null {
    const height = this.height(x, z, 5);
    const clearing = noise2(x * 0.02, z * 0.02, this.seed + 61) + 0.25 - height * 0.012;
    return height > 0.5 && height < 34 && clearing > 0 ? height : null;
  }

  albedo(point: GroundPoint, out: Rgb): void {
    const patch = noise2(point.x * 0.02, point.z * 0.02, this.seed + 61);
    const fine = grit(point.x, point.z + point.y * 0.8, this.grain / point.z, this.seed + 67) * 1.3;
    const strata = noise2(point.x * 0.02, point.y * 0.42, this.seed + 71);
    out.copy(this.rock).mix(this.darkRock, saturate(0.45 + 0.5 * strata + 0.35 * fine));
    const green = smoothstep(0.62, 0.86, point.ny + patch * 0.12) * smoothstep(46, 16, point.y + patch * 14);
    out.mix(this.grass, green * 0.9);
    const wood =
      smoothstep(-0.15, 0.25, patch + 0.25 - point.y * 0.008) *
      smoothstep(0.5, 0.7, point.ny) *
      smoothstep(1.2, 3.5, point.y);
    out.mix(this.forest, wood * smoothstep(44, 22, point.y) * (0.75 + 0.5 * fine));
    const snow =
      smoothstep(-9, 9, point.y - this.snowLine + patch * 16 + fine * 5) *
      smoothstep(0.34, 0.62, point.ny + fine * 0.08);
    out.mix(this.snow, snow).scale(1 + 0.12 * fine);
    if (this.waterLevel !== null) out.scale(mix(0.5, 1, smoothstep(0, 0.7, point.y)));
  }
}
