import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { veilOf } from './light.js';
import { cellNoise, type Random } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';
import { type Sky } from './sky.js';

const { abs, ceil, floor, max, min, sin, sqrt } = Math;

/** One plant: where its foot stands and how tall it is, in world units. */
export interface Tree {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly height: number;
  readonly kind: 'conifer' | 'broadleaf';
  readonly seed: number;
}

/** What trees are made of and stand in. */
export interface Grove {
  readonly leaf: Rgb;
  /** Distance at which the haze hides them, and the height of the eye. */
  readonly far: number;
  readonly eye: number;
}

/** Scatters trees over a band of distances; `foot` gives the ground's height there, or null where none can stand. */
export const scatterTrees = (
  view: View,
  random: Random,
  amount: number,
  place: {
    readonly near: number;
    readonly far: number;
    readonly kind: Tree['kind'];
    readonly foot: (x: number, z: number) => number | null;
  },
): readonly Tree[] => {
  const trees: Tree[] = [];
  for (let attempt = 0; attempt < amount; attempt += 1) {
    const z = place.near * (place.far / place.near) ** random.next();
    const x = view.u(random.between(-0.05, 1.05) * view.width) * z;
    const y = place.foot(x, z);
    const height = random.between(1.8, 4.1);
    if (y !== null) trees.push({ x, y: y - 0.1, z, height, kind: place.kind, seed: floor(random.next() * 65536) });
  }
  return trees.sort((a, b) => b.z - a.z);
};

/** Draws trees as lit silhouettes, the farthest first; hills in front of them hide them. */
export class TreePainter {
  private readonly color = new Rgb();
  private readonly air = new Rgb();
  private readonly shade = new Rgb();
  private readonly sunSide: number;

  constructor(
    private readonly brief: Brief,
    private readonly view: View,
    private readonly sky: Sky,
    private readonly grove: Grove,
  ) {
    this.sunSide = sin(brief.light.azimuth);
  }

  draw(frame: Frame, trees: readonly Tree[]): void {
    for (const tree of trees) this.drawOne(frame, tree);
  }

  private drawOne(frame: Frame, tree: Tree): void {
    const { view } = this;
    const scale = view.focal / tree.z;
    const tall = tree.height * scale;
    const x = view.x(tree.x / tree.z);
    const foot = view.horizon - (tree.y - this.grove.eye) * scale;
    const half = tall * (tree.kind === 'conifer' ? 0.2 : 0.36);
    if (tall < 2.5 || x + half < 0 || x - half > frame.width || foot - tall > frame.height) return;
    this.light(tree);
    const top = clamp(floor(foot - tall), 0, frame.height);
    const bottom = clamp(ceil(foot), 0, frame.height);
    for (let y = top; y < bottom; y += 1) {
      const t = saturate((y + 0.5 - (foot - tall)) / tall);
      const width = tree.kind === 'conifer' ? coniferAt(t, tree.seed, half) : broadleafAt(t, half);
      this.drawRow(frame, tree, { y, x, t, width });
    }
  }

  /** The colour of a tree's lit side in `color`, of its dark side in `shade`, both behind the air. */
  private light(tree: Tree): void {
    const { light } = this.brief;
    const variation = 0.75 + 0.5 * cellNoise(tree.seed, 1, 7);
    const ambient = this.shade
      .copy(light.zenith)
      .mix(light.horizon, 0.4)
      .scale(light.ambient * 0.75);
    this.color
      .copy(ambient)
      .add(light.sun, abs(light.azimuth) < 1 ? 0.3 : 0.85)
      .multiply(this.grove.leaf)
      .scale(variation);
    this.shade.multiply(this.grove.leaf).scale(variation * 0.75);
    this.sky.air(tree.x / tree.z, this.air);
    const veil = veilOf(light, tree.z / this.grove.far, tree.y);
    this.color.mix(this.air, veil);
    this.shade.mix(this.air, veil);
  }

  private drawRow(
    frame: Frame,
    tree: Tree,
    row: { readonly y: number; readonly x: number; readonly t: number; readonly width: number },
  ): void {
    const left = max(0, floor(row.x - row.width - 1));
    const right = min(frame.width - 1, ceil(row.x + row.width + 1));
    for (let x = left; x <= right; x += 1) {
      const index = row.y * frame.width + x;
      if ((frame.depth[index] ?? 0) < tree.z * 0.985) continue;
      const across = x + 0.5 - row.x;
      const speck = cellNoise(x - floor(row.x), row.y, tree.seed);
      const cover = saturate(row.width * (0.82 + 0.36 * speck) + 0.5 - abs(across));
      if (cover <= 0) continue;
      const lit = saturate(0.5 + (across / max(1, row.width)) * 0.6 * this.sunSide + (speck - 0.5) * 0.7 - row.t * 0.2);
      frame.cover(index, cover);
      const at = index * 3;
      const { color, shade } = this;
      frame.light[at] = mix(frame.light[at] ?? 0, mix(shade.r, color.r, lit), cover);
      frame.light[at + 1] = mix(frame.light[at + 1] ?? 0, mix(shade.g, color.g, lit), cover);
      frame.light[at + 2] = mix(frame.light[at + 2] ?? 0, mix(shade.b, color.b, lit), cover);
      if (cover > 0.5) frame.depth[index] = tree.z;
    }
  }
}

/** Half the width of a spruce at the share t of its height from the top: whorls of branches that hang over the next. */
const coniferAt = (t: number, seed: number, half: number): number => {
  const whorls = 7 + (seed % 5);
  const place = t * whorls;
  const sag = place - floor(place);
  const reach = 0.75 + 0.5 * cellNoise(floor(place), seed, 3);
  const trunk = t > 0.94 ? 0.12 : 1;
  return half * (0.04 + t ** 0.85 * (0.42 + 0.62 * sag) * reach) * trunk;
};

/** Half the width of a round crown on a trunk. */
const broadleafAt = (t: number, half: number): number => {
  const crown = sqrt(max(0, 1 - ((t - 0.38) / 0.38) ** 2));
  return half * max(crown, 0.09 * smoothstep(0.3, 0.6, t) * (1 + t * 0.3));
};
