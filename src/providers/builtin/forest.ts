import { type Brief, has } from './brief.js';
import { type View } from './camera.js';
import { CoarseMap } from './coarse-map.js';
import { hex, Rgb } from './color.js';
import { type Frame } from './frame.js';
import { grit } from './ground-detail.js';
import { type Ground, type GroundPoint } from './ground.js';
import { fbm, noise2 } from './noise.js';
import { stage } from './progress.js';
import { cellNoise, Random } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';
import { type Sky } from './sky.js';

const { abs, ceil, exp, floor, max, min, round, sign, sqrt } = Math;

/** The floor of a wood: moss, litter and a path, rising gently into the mist. */
export class ForestGround implements Ground {
  readonly near = 1.2;
  readonly far = 95;
  readonly stride = 2;
  readonly waterLevel = null;
  readonly eye: number;
  readonly autumn: boolean;
  private readonly seed: number;
  private readonly moss: Rgb;
  private readonly litter: Rgb;
  private readonly grain: number;
  private readonly pathX: number;

  constructor(brief: Brief, view: View) {
    this.seed = brief.seed;
    this.eye = 1.7 * brief.camera.height + (brief.camera.height > 2 ? 3 : 0);
    this.autumn = has(brief, 'autumn');
    const snow = has(brief, 'snow');
    this.moss = snow ? new Rgb(0.75, 0.8, 0.88) : this.autumn ? hex(0x9c5a22) : hex(0x44632a);
    this.litter = snow ? new Rgb(0.55, 0.6, 0.68) : this.autumn ? hex(0xb8742e) : hex(0x5b4a30);
    this.grain = view.focal / 8;
    this.pathX = view.u(brief.composition.x * view.width) * 26;
  }

  ceilingAt(): number {
    return 9;
  }

  /** How far a place lies from the middle of the path, in metres. */
  fromPath(x: number, z: number): number {
    const bend = this.pathX * smoothstep(0, 30, z) + 1.6 * noise2(z * 0.06, 0.5, this.seed + 5);
    return abs(x - bend);
  }

  height(x: number, z: number, octaves: number): number {
    const rough = fbm(x * 0.22, z * 0.22, min(5, octaves), this.seed + 3) * 0.42;
    return (
      rough * smoothstep(0.8, 2.6, this.fromPath(x, z)) +
      3 * smoothstep(20, 95, z) * (0.6 + noise2(x * 0.04, 1, this.seed))
    );
  }

  albedo(point: GroundPoint, out: Rgb): void {
    const fine = grit(point.x, point.z, this.grain / point.z, this.seed + 7);
    const patch = noise2(point.x * 0.3, point.z * 0.3, this.seed + 11);
    out.copy(this.moss).mix(this.litter, saturate(0.35 + patch + fine * 0.8));
    out
      .mix(this.litter, 0.8 * smoothstep(1.5, 0.7, this.fromPath(point.x, point.z) + fine * 0.4))
      .scale(0.85 + 0.55 * fine);
  }
}

interface Trunk {
  readonly x: number;
  readonly z: number;
  readonly radius: number;
  readonly seed: number;
}

/** Trunks and leaves in the mist: the farther, the more of the light behind them they take on. */
export class ForestPainter {
  private readonly color = new Rgb();
  private readonly air = new Rgb();
  private readonly bark: Rgb;
  private readonly leaf: Rgb;
  private readonly side: number;

  constructor(
    private readonly brief: Brief,
    private readonly view: View,
    private readonly ground: ForestGround,
    private readonly sky: Sky,
  ) {
    const birch = /birch|aspen/i.test(brief.request.prompt);
    this.bark = birch ? hex(0xcfc8bb) : hex(0x4a372a);
    this.leaf = has(brief, 'snow') ? new Rgb(0.6, 0.66, 0.74) : ground.autumn ? hex(0xd0651c) : hex(0x4c7a26);
    this.side = sign(brief.light.azimuth);
  }

  *paint(frame: Frame): Generator<number, void> {
    const random = Random.of(this.brief.seed, 'trunks');
    const trunks = this.scatter(random);
    const leaves = has(this.brief, 'trees', 1);
    let layer = 0;
    for (let index = 0; index < trunks.length; index += 1) {
      const trunk = trunks[index];
      if (trunk === undefined) continue;
      this.drawTrunk(frame, trunk);
      const due = floor((3.999 * (index + 1)) / trunks.length);
      if (leaves && due > layer) {
        layer = due;
        yield* stage((layer - 1) / 4, layer / 4, this.drawLeaves(frame, trunk.z, layer));
      }
    }
  }

  /** Trunks from far to near, none on the path and none in the way of the lens. */
  private scatter(random: Random): readonly Trunk[] {
    const trunks: Trunk[] = [];
    const amount = round(220 * mix(0.3, 1, min(1.2, this.brief.composition.density)));
    const nearest = 5 * max(0.7, this.brief.camera.focal);
    for (let attempt = 0; attempt < amount; attempt += 1) {
      const z = nearest * (78 / nearest) ** sqrt(random.next());
      const x = this.view.u(random.between(-0.1, 1.1) * this.view.width) * z;
      const radius = random.between(0.14, 0.42) * this.brief.composition.scale;
      const seed = floor(random.next() * 65536);
      if (this.ground.fromPath(x, z) > 1.7 + radius) trunks.push({ x, z, radius, seed });
    }
    return trunks.sort((a, b) => b.z - a.z);
  }

  private veil(z: number): number {
    return 1 - exp(-((z / 62) ** 1.25) * (0.5 + 0.6 * this.brief.light.haze));
  }

  private drawTrunk(frame: Frame, trunk: Trunk): void {
    const { view } = this;
    const scale = view.focal / trunk.z;
    const foot = clamp(
      ceil(view.horizon - (this.ground.height(trunk.x, trunk.z, 4) - this.ground.eye - 0.15) * scale),
      0,
      frame.height,
    );
    const lean = (cellNoise(trunk.seed, 1, 5) - 0.5) * 0.08 + this.brief.composition.lean * 0.05;
    const veil = this.veil(trunk.z);
    this.sky.air(trunk.x / trunk.z, this.air);
    for (let y = 0; y < foot; y += 1) {
      const up = (foot - y) / scale;
      const middle = view.x(trunk.x / trunk.z) + lean * up * scale;
      const flare = 1 + 0.7 * exp(-up * 3.2);
      const half = trunk.radius * scale * flare * (1 - min(0.55, up * 0.03));
      this.drawBark(frame, trunk, { y, middle, half, up, veil });
    }
  }

  private drawBark(
    frame: Frame,
    trunk: Trunk,
    row: {
      readonly y: number;
      readonly middle: number;
      readonly half: number;
      readonly up: number;
      readonly veil: number;
    },
  ): void {
    const { light } = this.brief;
    const right = min(frame.width - 1, ceil(row.middle + row.half + 1));
    for (let x = max(0, floor(row.middle - row.half - 1)); x <= right; x += 1) {
      const index = row.y * frame.width + x;
      if ((frame.depth[index] ?? 0) < trunk.z * 0.97) continue;
      const across = (x + 0.5 - row.middle) / row.half;
      const cover = saturate((1 - abs(across)) * row.half + 0.5);
      if (cover <= 0) continue;
      const groove = row.half > 3 ? noise2(across * 5 + trunk.seed, row.up * 1.6, trunk.seed) * 0.55 : 0;
      const facing = saturate(0.35 + across * this.side * 0.75);
      this.color
        .copy(light.zenith)
        .mix(light.horizon, 0.5)
        .scale(light.ambient * 0.4)
        .add(light.sun, 0.5 * facing * facing);
      this.color
        .multiply(this.bark)
        .scale(1 + groove)
        .mix(this.air, row.veil);
      frame.blend(index, this.color, cover);
      frame.depth[index] = trunk.z;
    }
  }

  /** One curtain of leaves at a distance: dense above, with gaps that let the light through. */
  private *drawLeaves(frame: Frame, z: number, layer: number): Generator<number, void> {
    const { view, brief, color } = this;
    const { light } = brief;
    const scale = view.focal / z;
    const bottom = clamp(ceil(view.horizon - 2.2 * scale), 0, frame.height);
    if (bottom === 0) return;
    const leaves = yield* stage(0, 0.5, this.leavesAt(scale, bottom, layer));
    const veil = this.veil(z);
    const shade = light.zenith
      .clone()
      .mix(light.horizon, 0.5)
      .scale(light.ambient * 0.6);
    const point = new Float64Array(2);
    for (let x = 0; x < frame.width; x += 1) {
      if (x % 64 === 63) yield 0.5 + (0.5 * x) / frame.width;
      if (x % 8 === 0) this.sky.air(view.u(x), this.air);
      for (let y = 0; y < bottom; y += 1) {
        const index = y * frame.width + x;
        if ((frame.depth[index] ?? 0) < z * 0.97) continue;
        leaves.read(x, y, point);
        const leafy = point[0] ?? 0;
        if (leafy <= 0) continue;
        const lit = saturate((point[1] ?? 0) + 0.3 * leafy);
        color
          .copy(shade)
          .add(light.sun, 0.95 * lit * lit)
          .multiply(this.leaf)
          .mix(this.air, veil);
        frame.blend(index, color, smoothstep(0, 0.12, leafy) * 0.92);
      }
    }
  }

  /** How leafy a place is (0 is the edge of the foliage) and how much sun it gets, for every second pixel. */
  private *leavesAt(scale: number, bottom: number, layer: number): Generator<number, CoarseMap> {
    const { view, brief } = this;
    const seed = brief.seed + layer * 71;
    const octaves = round(mix(1, 4, brief.detail));
    const map = new CoarseMap(view.width, bottom, 2, 2);
    yield* map.fill((x, y, out) => {
      const wx = (x - view.width / 2) / scale;
      const height = (view.horizon - y) / scale;
      const clump = noise2(wx * 0.28, height * 0.28, seed) + smoothstep(2, 9, height) * 0.55 - 0.42;
      out[0] = clump < -0.4 ? clump : clump + 0.62 * fbm(wx * 1.5, height * 1.5, octaves, seed + 7);
      out[1] = clump < -0.4 ? 0 : 0.4 + 0.6 * noise2(wx * 2.3, height * 2.3, seed + 9);
    });
    return map;
  }
}
