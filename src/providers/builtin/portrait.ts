import { type Brief } from './brief.js';
import { WALL_DEPTH } from './backdrop.js';
import { CoarseMap } from './coarse-map.js';
import { hsv, Rgb } from './color.js';
import { Frame } from './frame.js';
import { fbm, noise2, ridged } from './noise.js';
import { ProfileOutline } from './profile.js';
import { Random } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';
import { type StudioLight, studioLightOf } from './studio-light.js';

const { cos, max, min, round, sign, sin, sqrt } = Math;

/** Half of a world unit of the figure: how deep its edge is rounded. */
const ROUNDING = 0.2;

/**
 * A person in profile as a double exposure: the figure is filled with a landscape, which another painter gives, and modelled by light
 * along its edge. A statue is filled with stone instead.
 */
export class Portrait {
  private readonly lamps: StudioLight;
  private readonly outline: ProfileOutline;
  private readonly distance: CoarseMap;
  private readonly scale: number;
  private readonly middle: { readonly x: number; readonly y: number };
  private readonly facing: number;
  private readonly turn: { readonly cos: number; readonly sin: number };
  private readonly stone: boolean;
  private readonly misty: boolean;
  private readonly paper: Rgb;
  private readonly color = new Rgb();
  private readonly inner = new Rgb();
  private readonly sample = new Float64Array(1);

  constructor(
    private readonly frame: Frame,
    private readonly brief: Brief,
  ) {
    const { camera, composition, seed } = brief;
    const random = Random.of(seed, 'portrait');
    this.lamps = studioLightOf(brief);
    this.outline = new ProfileOutline(brief);
    this.distance = new CoarseMap(frame.width, frame.height, max(2, round(sqrt(frame.width * frame.height) / 200)), 1);
    const unit = min(sqrt(frame.width * frame.height), 1.25 * min(frame.width, frame.height));
    this.scale = unit * 0.56 * composition.scale ** 0.7 * (camera.focal / 0.85) ** 0.3;
    // Somebody who stands left of the middle looks to the right, into the picture.
    this.facing = composition.x === 0.5 ? (random.chance(0.5) ? 1 : -1) : composition.x < 0.5 ? 1 : -1;
    this.middle = { x: composition.x * frame.width, y: frame.height * (0.66 + 0.2 * (camera.horizon - 0.6)) };
    const nod = -camera.pitch * 0.55 + 0.04 - composition.lean * this.facing * 0.06;
    this.turn = { cos: cos(nod), sin: sin(nod) };
    this.misty = !brief.reading.unwanted.has('fog');
    this.stone = /statue|marble|sculpture|mannequin/i.test(brief.request.prompt);
    const named = brief.reading.colors[0];
    const hue = named?.[0] ?? random.pick(0.08, 0.56, 0.97, 0.1);
    this.paper = this.lamps.wall < 0.2 ? hsv(hue, 0.35, 0.24) : hsv(hue, named === undefined ? 0.1 : 0.3, 0.93);
  }

  /** @param landscape paints a frame of the same size */
  *paint(landscape: (frame: Frame) => Generator<number, void>): Generator<number, void> {
    const { frame } = this;
    const inside = new Frame(frame.width, frame.height);
    if (!this.stone) for (const share of landscape(inside)) yield 0.5 * share;
    const fill = this.distance.fill((x, y, out) => {
      out[0] = this.distanceAt(x, y);
    });
    for (const share of fill) yield 0.5 + 0.15 * share;
    for (let y = 0; y < frame.height; y += 1) {
      for (let x = 0; x < frame.width; x += 1) this.paintOne(x, y, inside);
      if (y % 24 === 23) yield 0.65 + (0.35 * y) / frame.height;
    }
  }

  /** How far inside of the figure a pixel is, in heights of its head. */
  private distanceAt(px: number, py: number): number {
    const x = ((px - this.middle.x) / this.scale) * this.facing + 0.02;
    const y = (this.middle.y - py) / this.scale;
    // The head turns about the neck; the shoulders stay.
    const share = smoothstep(-0.35, 0.1, y);
    const along = mix(1, this.turn.cos, share);
    const across = this.turn.sin * share;
    return this.outline.inside(x * along + (y + 0.1) * across, -x * across + (y + 0.1) * along - 0.1);
  }

  private read(px: number, py: number): number {
    this.distance.read(px, py, this.sample);
    return this.sample[0] ?? 0;
  }

  private paintOne(px: number, py: number, inside: Frame): void {
    const { frame, color, scale } = this;
    const index = py * frame.width + px;
    this.paperAt(px, py);
    const distance = this.read(px, py);
    const cover = saturate(distance * scale + 0.5);
    frame.put(index, color, WALL_DEPTH);
    if (cover <= 0) return;
    this.fill(px, py, distance, inside);
    if (distance < ROUNDING) this.modelEdge(px, py, distance);
    else this.model(0, 0, 1);
    frame.blend(index, this.inner, cover);
    frame.depth[index] = 300;
  }

  private modelEdge(px: number, py: number, distance: number): void {
    const span = 8 / this.scale;
    const bent = (1 - smoothstep(0, ROUNDING, distance)) * 0.95;
    const nx = (-(this.read(px + 4, py) - this.read(px - 4, py)) / span) * bent;
    const ny = (-(this.read(px, py - 4) - this.read(px, py + 4)) / span) * bent;
    this.model(nx, ny, sqrt(max(0.05, 1 - nx * nx - ny * ny)));
  }

  /** Paper in the light of the lamps, brighter on the side that they come from; sometimes with mist at the foot. */
  private paperAt(px: number, py: number): void {
    const { frame, lamps, brief, color } = this;
    const x = (px / frame.width - 0.5) * 2;
    const y = (py / frame.height - 0.5) * 2;
    const pool = 0.78 + 0.2 * (x * lamps.x - y * lamps.y) - 0.14 * (x * x + y * y);
    const fibre = 1 + 0.03 * noise2(x * 9, y * 9, brief.seed + 9);
    color
      .copy(this.paper)
      .multiply(lamps.key)
      .scale(max(0.12, pool) * fibre * mix(0.55, 0.8, lamps.wall));
    color.add(lamps.fill, 0.12);
  }

  /** What the figure is filled with: the landscape, which fades into the paper at the shoulders, or veined stone. */
  private fill(px: number, py: number, distance: number, inside: Frame): void {
    const { inner, frame, scale, brief } = this;
    if (this.stone) {
      const x = px / scale;
      const y = py / scale;
      const vein = smoothstep(0.62, 1.02, ridged(x * 2.2 + y, y * 2.2, 5, brief.seed)) * 0.4;
      inner.set(0.8, 0.78, 0.75).scale(1 - vein + 0.05 * noise2(x * 30, y * 30, brief.seed + 3));
      return;
    }
    inside.read(px, py, inner);
    inner.mix(this.color, 0.14 + 0.3 * smoothstep(0.08, 0, distance));
    if (!this.misty || py < frame.height * 0.66) return;
    const mist = fbm((px / scale) * 3, (py / scale) * 3, 4, brief.seed + 21);
    inner.mix(this.color, smoothstep(0.8, 1.02, py / frame.height + 0.12 * mist));
  }

  /** Light on a rounded edge: the lit side glows, the other side darkens, and a thin rim shines from behind. */
  private model(nx: number, ny: number, nz: number): void {
    const { lamps, inner } = this;
    const facing = nx * lamps.x + ny * lamps.y + nz * lamps.z;
    const wrap = 0.25 + 0.5 * lamps.size;
    const lit = max(0, (facing + wrap) / (1 + wrap));
    const strength = this.stone ? 1.05 : 0.85;
    const r = lamps.fill.r * 0.8 + lamps.key.r * lit * strength;
    const g = lamps.fill.g * 0.8 + lamps.key.g * lit * strength;
    const b = lamps.fill.b * 0.8 + lamps.key.b * lit * strength;
    inner.set(inner.r * r, inner.g * g, inner.b * b);
    const edge = (1 - nz) ** 3;
    inner
      .add(lamps.key, edge * 0.35 * saturate(facing))
      .add(lamps.rim, edge * 0.5 * saturate(0.3 - nx * sign(lamps.x)));
  }
}
