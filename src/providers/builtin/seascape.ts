import { type Brief, has } from './brief.js';
import { type View } from './camera.js';
import { hex, type Rgb } from './color.js';
import { grit } from './ground-detail.js';
import { type Ground, type GroundPoint } from './ground.js';
import { fbm, noise2, ridged } from './noise.js';
import { Random } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';

const { max, min, round, sqrt } = Math;

interface Island {
  readonly x: number;
  readonly z: number;
  readonly radius: number;
  readonly height: number;
}

/** Open water with rocky islands, and a beach before one's feet where the prompt names one. */
export class SeaGround implements Ground {
  readonly near: number;
  readonly far: number;
  readonly stride = 2;
  readonly waterLevel = 0;
  readonly eye: number;
  readonly main: Island;
  private readonly seed: number;
  private readonly islands: readonly Island[];
  private readonly rock = hex(0x5d544c);
  private readonly sand = hex(0xd8bd92);
  private readonly green = hex(0x4a6a32);
  private readonly beach: boolean;
  private readonly grain: number;

  constructor(brief: Brief, view: View) {
    const { camera, composition } = brief;
    const random = Random.of(brief.seed, 'sea');
    this.seed = brief.seed;
    this.beach = /\bbeach|\bshore|\bcoast/i.test(brief.request.prompt);
    const back = max(0.8, sqrt(camera.focal / 0.85));
    this.far = 900 * back;
    this.eye = 2.6 * camera.height + (camera.height > 2 ? 6 * camera.height : 0);
    this.near = this.beach ? 1.4 : 60 * back;
    this.grain = view.focal / 8;
    const mainZ = 120 * back;
    this.main = {
      x: view.u(composition.x * view.width) * mainZ,
      z: mainZ,
      radius: random.between(20, 32) * composition.scale,
      height: random.between(9, 20) * composition.scale,
    };
    const islands: Island[] = has(brief, 'island', 0.6) || has(brief, 'lighthouse') ? [this.main] : [];
    const others = round(random.between(1.6, 4) * min(1.4, composition.density));
    for (let index = 0; index < others; index += 1) {
      const z = random.between(240, 700) * back;
      const x = view.u(random.between(-0.05, 1.05) * view.width) * z;
      islands.push({ x, z, radius: random.between(40, 120), height: random.between(14, 46) });
    }
    this.islands = islands;
  }

  ceilingAt(z: number): number {
    if (z < 60) return 2.5;
    return z < 200 ? 34 : 80;
  }

  height(x: number, z: number, octaves: number): number {
    let height = -4;
    for (const island of this.islands) {
      const dx = (x - island.x) / island.radius;
      const dz = (z - island.z) / (island.radius * 0.6);
      const away = dx * dx + dz * dz;
      if (away > 4) continue;
      const crags = ridged((x + island.z) * 0.035, z * 0.035, min(octaves, 7), this.seed);
      const cliff = smoothstep(1.5, 0.15, away + 0.9 * noise2(x * 0.06, z * 0.06, this.seed + 3));
      height = max(height, -4 + 4.6 * smoothstep(2.2, 0.7, away) + island.height * cliff * (0.35 + 0.8 * crags));
    }
    if (this.beach && z < 40) {
      const line = 10 + x * 0.22 + 2.2 * noise2(x * 0.09, 0.7, this.seed + 5);
      height = max(
        height,
        -0.5 + 1.1 * smoothstep(line + 4, line - 7, z) + 0.05 * fbm(x * 0.4, z * 0.4, 3, this.seed + 7),
      );
    }
    return height;
  }

  albedo(point: GroundPoint, out: Rgb): void {
    const fine = grit(point.x, point.z + point.y, this.grain / point.z, this.seed + 11);
    if (point.z < 40) {
      const wet = smoothstep(0.35, 0.02, point.y);
      out.copy(this.sand).scale((0.95 + 0.1 * fine) * mix(1, 0.45, wet));
      return;
    }
    const strata = noise2(point.x * 0.03, point.y * 0.9, this.seed + 13);
    out.copy(this.rock).scale(0.8 + 0.3 * strata + 0.3 * fine);
    const turf = smoothstep(0.66, 0.86, point.ny + 0.1 * fine) * smoothstep(2, 5, point.y);
    out.mix(this.green, turf * 0.85).scale(mix(0.45, 1, saturate(point.y * 0.8)));
  }
}
