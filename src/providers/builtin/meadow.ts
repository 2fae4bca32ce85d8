import { accent, type Brief, has } from './brief.js';
import { type View } from './camera.js';
import { hex, Rgb } from './color.js';
import { grit } from './ground-detail.js';
import { type Ground, type GroundPoint } from './ground.js';
import { fbm, noise2 } from './noise.js';
import { cellNoise, Random } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';

const { abs, exp, floor, log2, max, min, sin, sqrt } = Math;

/** Rolling hills with fields in strips, a path, and flowers in the grass before one's feet. */
export class MeadowGround implements Ground {
  readonly near: number;
  readonly far: number;
  readonly stride = 4;
  readonly waterLevel = null;
  readonly eye: number;
  readonly leaf: Rgb;
  private readonly seed: number;
  private readonly grass: Rgb;
  private readonly dryGrass: Rgb;
  private readonly flower: Rgb;
  private readonly flowers: number;
  private readonly path: number;
  private readonly knoll: { readonly x: number; readonly z: number; readonly height: number };
  private readonly grain: number;
  private readonly relief: number;

  constructor(brief: Brief, view: View) {
    const { camera, composition } = brief;
    const random = Random.of(brief.seed, 'meadow');
    this.seed = brief.seed;
    const back = max(0.8, sqrt(camera.focal / 0.85));
    this.far = 620 * back;
    this.eye = 4.5 * camera.height + 2 + (camera.height > 2 ? 7 * camera.height : 0);
    this.near = 2;
    const snow = has(brief, 'snow');
    const autumn = has(brief, 'autumn');
    this.grass = snow ? new Rgb(0.8, 0.85, 0.92) : autumn ? hex(0xa8823a) : hex(0x6d8f34);
    this.dryGrass = snow ? new Rgb(0.68, 0.75, 0.86) : hex(0xc7b055);
    this.leaf = autumn ? hex(0xb8561c) : hex(0x3d6428);
    this.flower = accent(brief, 0, random.pick(0.78, 0.97, 0.14));
    this.flowers = has(brief, 'blossom', 0.4) ? 1 : 0;
    this.path = random.between(-5, 5);
    this.relief = composition.density < 0.3 ? 0.55 : 1;
    this.knoll = { x: view.u(composition.x * view.width) * 95 * back, z: 95 * back, height: 15 * composition.scale };
    this.grain = view.focal / 8;
  }

  ceilingAt(z: number): number {
    return z > 260 ? 62 : 26;
  }

  height(x: number, z: number, octaves: number): number {
    const roll = fbm(x * 0.011, z * 0.013, min(octaves, 4), this.seed + 3);
    let height = roll * (3 + 7 * smoothstep(20, 160, z)) * this.relief;
    const dx = (x - this.knoll.x) / 52;
    const dz = (z - this.knoll.z) / 40;
    height += this.knoll.height * exp(-(dx * dx + dz * dz));
    if (z > 260) {
      height +=
        smoothstep(260, 460, z) * (20 + 34 * fbm(x * 0.006, z * 0.004, min(octaves, 6), this.seed + 7)) * this.relief;
    }
    return height;
  }

  /** Height where a tree can stand: in hedges and small woods, and on the knoll. */
  treeLine(x: number, z: number): number | null {
    const wood = noise2(x * 0.018, z * 0.018, this.seed + 61) + 0.6 * noise2(x * 0.07, z * 0.07, this.seed + 63);
    const onKnoll = abs(x - this.knoll.x) < 7 && abs(z - this.knoll.z) < 7;
    return wood > 0.34 || onKnoll ? this.height(x, z, 5) : null;
  }

  albedo(point: GroundPoint, out: Rgb): void {
    const fine = grit(point.x, point.z, this.grain / point.z, this.seed + 11);
    const patch = noise2(point.x * 0.022, point.z * 0.03, this.seed + 13);
    const strip = floor((point.x + point.z * 0.4 + patch * 12) / 26);
    const crop = cellNoise(strip, floor(point.z / 60), this.seed);
    const field = smoothstep(55, 90, point.z);
    out.copy(this.grass).mix(this.dryGrass, saturate(0.25 + patch * 0.7 + field * (crop - 0.45) * 0.9));
    const furrow = field * sin((point.x + point.z * 0.4) * 2.4) * exp(-point.z / 150);
    out.scale(0.92 + 0.26 * fine + 0.1 * furrow);
    const bend = this.path + 6 * noise2(point.z * 0.03, 1.5, this.seed + 17) - point.z * 0.02;
    out.mix(
      this.dryGrass,
      0.7 * smoothstep(1.15, 0.7, abs(point.x - bend) - fine * 0.25) * smoothstep(90, 40, point.z),
    );
    if (this.flowers > 0 && point.z < 130) this.scatterFlowers(point, out);
  }

  /** Flowers grow in drifts; each cell of a grid that widens with the distance holds one or none. */
  private scatterFlowers(point: GroundPoint, out: Rgb): void {
    const drift = smoothstep(0, 0.35, noise2(point.x * 0.06, point.z * 0.05, this.seed + 19) + 0.12);
    const size = 0.03 * 2 ** floor(log2(max(4, point.z) / 4));
    const chance = cellNoise(floor(point.x / size), floor(point.z / (size * 1.6)), this.seed + 23);
    if (chance < 0.3 * drift) out.mix(this.flower, mix(0.95, 0.55, saturate(point.z / 130)));
  }
}
