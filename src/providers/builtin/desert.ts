import { accent, type Brief } from './brief.js';
import { type View } from './camera.js';
import { hex, type Rgb } from './color.js';
import { grit } from './ground-detail.js';
import { type Ground, type GroundPoint } from './ground.js';
import { fbm, noise2, ridged } from './noise.js';
import { Random } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';

const { cos, exp, floor, max, min, sin, sqrt } = Math;

/** Dunes with sharp crests and a slip face, wind ripples on them, and table mountains far behind. */
export class DesertGround implements Ground {
  readonly near: number;
  readonly far: number;
  readonly stride = 4;
  readonly waterLevel = null;
  readonly eye: number;
  private readonly seed: number;
  private readonly sand: Rgb;
  private readonly rock: Rgb;
  private readonly turn: { readonly cos: number; readonly sin: number };
  private readonly dunes: number;
  private readonly mesas: number;
  private readonly subject: { readonly x: number; readonly z: number };
  private readonly grain: number;

  constructor(brief: Brief, view: View) {
    const { camera, composition } = brief;
    const random = Random.of(brief.seed, 'desert');
    this.seed = brief.seed;
    const back = max(0.8, sqrt(camera.focal / 0.85));
    this.far = 700 * back;
    this.eye = 7.5 + 2.4 * camera.height + (camera.height > 2 ? 7 * camera.height : 0);
    this.near = 3.2;
    const angle = random.between(-0.9, 0.9) + composition.lean * 0.5;
    this.turn = { cos: cos(angle), sin: sin(angle) };
    this.dunes = mix(0.45, 1, min(1, composition.density)) * (composition.density > 1 ? 1.3 : 1);
    this.mesas = composition.density < 0.3 ? 0.35 : random.between(0.5, 1.1);
    this.subject = { x: view.u(composition.x * view.width) * 60 * back, z: 60 * back };
    this.sand = hex(0xdba36a).mix(hex(0xc9713f), random.between(0, 0.6));
    if (brief.reading.colors.length > 0) this.sand.mix(accent(brief, 0, 0.08), 0.35);
    this.rock = hex(0x9a5638);
    this.grain = view.focal / 7;
  }

  ceilingAt(z: number): number {
    return z > 330 ? 80 : 27;
  }

  height(x: number, z: number, octaves: number): number {
    const along = x * this.turn.cos + z * this.turn.sin;
    const across = -x * this.turn.sin + z * this.turn.cos;
    const bend = noise2(along * 0.012, across * 0.012, this.seed + 5) * 16;
    const phase = (across + bend) / 34 + 0.35 * noise2(along * 0.02 + 9, across * 0.006, this.seed + 9);
    const cycle = phase - floor(phase);
    // A long windward slope, then a short slip face at the angle of repose.
    const profile = cycle < 0.68 ? smoothstep(-0.25, 0.68, cycle) : 1 - (cycle - 0.68) / 0.32;
    const size = 0.35 + 0.75 * saturate(0.5 + noise2(along * 0.014, across * 0.01 + 4, this.seed + 13));
    let height = profile * profile * 9.5 * size * this.dunes + fbm(x * 0.02, z * 0.02, 3, this.seed + 17) * 2;
    const dx = (x - this.subject.x) / 46;
    const dz = (z - this.subject.z) / 34;
    height += 7 * this.dunes * exp(-(dx * dx + dz * dz)) * (0.4 + profile);
    if (z > 330) height += this.mesa(x, z, octaves);
    return height;
  }

  private mesa(x: number, z: number, octaves: number): number {
    const shape = fbm(x * 0.007, z * 0.007, min(4, octaves), this.seed + 29) * 1.5;
    const table = smoothstep(0.12, 0.3, shape) * 34 + smoothstep(0.34, 0.44, shape) * 20;
    return table * this.mesas * smoothstep(330, 430, z) * (0.9 + 0.25 * ridged(x * 0.03, z * 0.03, 3, this.seed + 31));
  }

  albedo(point: GroundPoint, out: Rgb): void {
    const fine = grit(point.x, point.z, this.grain / point.z, this.seed + 41);
    const along = point.x * this.turn.cos + point.z * this.turn.sin;
    const across = -point.x * this.turn.sin + point.z * this.turn.cos;
    const wind = noise2(along * 0.09, across * 0.2, this.seed + 43) * 2.2;
    const ripple = sin(across * 5.2 + wind * 3 + fine) * exp(-point.z / 34) * smoothstep(0.75, 0.93, point.ny);
    const tone = noise2(point.x * 0.03, point.z * 0.03, this.seed + 47);
    out.copy(this.sand).scale(0.92 + 0.16 * tone + 0.07 * fine + 0.13 * ripple);
    if (point.z > 330 && point.y > 14) {
      const strata = noise2(3.3, point.y * 0.45, this.seed + 53);
      out.mix(this.rock, smoothstep(14, 20, point.y)).scale(0.85 + 0.3 * strata);
    }
  }
}
