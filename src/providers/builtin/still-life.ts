import { type Brief } from './brief.js';
import { paintBackdrop, WALL_DEPTH, wallColor } from './backdrop.js';
import { hex, hsv, Rgb } from './color.js';
import { type Frame } from './frame.js';
import { noise2 } from './noise.js';
import { stage } from './progress.js';
import { Random } from './random.js';
import { Hit, type Line, type ProfileName, PROFILES, Revolved } from './revolved.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';
import { type StudioLight, studioLightOf } from './studio-light.js';

const { abs, ceil, cos, exp, max, min, round, sign, sin, sqrt } = Math;

const WALL = 0;
const TABLE = 1;
const THING = 2;

/** Places within a pixel: a turned square and its middle. */
const SAMPLES = [
  [0.5, 0.5],
  [0.15, 0.4],
  [0.6, 0.15],
  [0.85, 0.6],
  [0.4, 0.85],
] as const;

interface Thing {
  readonly body: Revolved;
  readonly color: Rgb;
  /** 0 (chalk) – 1 (lacquer). */
  readonly gloss: number;
  readonly glass: boolean;
  /** Open above. */
  readonly vessel: boolean;
  readonly seed: number;
}

/** Words that name a thing, with its outline, its usual hue (null: the prompt's or the seed's choice) and its gloss. */
const THINGS: readonly (readonly [words: RegExp, profile: ProfileName, hue: number | null, gloss: number])[] = [
  [/perfume|cosmetic|flacon|fragrance/i, 'flacon', null, 1],
  [/wine|bottle|whisky|beer|oil/i, 'bottle', 0.33, 0.95],
  [/teapot|amphora|jar|urn|pottery/i, 'amphora', null, 0.5],
  [/vase|ceramic/i, 'vase', null, 0.65],
  [/cup|coffee|mug|tea\b|latte|espresso/i, 'cup', null, 0.7],
  [/bowl|soup|salad|food/i, 'bowl', null, 0.6],
  [/candle/i, 'candle', 0.12, 0.3],
  [/apple/i, 'apple', 0.98, 0.75],
  [/pear/i, 'pear', 0.19, 0.45],
  [/lemon|lime/i, 'lemon', 0.145, 0.4],
  [/orange|fruit|peach|tomato/i, 'sphere', 0.07, 0.5],
  [/sphere|ball|pearl|orb|marble/i, 'sphere', null, 1],
];

const HEIGHTS: Readonly<Record<ProfileName, number>> = {
  vase: 1,
  amphora: 0.95,
  bottle: 1.25,
  flacon: 0.85,
  bowl: 0.42,
  cup: 0.5,
  candle: 0.8,
  sphere: 0.42,
  apple: 0.42,
  pear: 0.62,
  lemon: 0.36,
};

/** Bodies of revolution on a table that mirrors them a little. The unit is the height of the subject. */
export class StillLife {
  private readonly lamps: StudioLight;
  private readonly things: readonly Thing[];
  private readonly sin: number;
  private readonly cos: number;
  private readonly scale: number;
  private readonly middle: { readonly x: number; readonly y: number };
  private readonly table: Rgb;
  private readonly hit = new Hit();
  private readonly seen = new Hit();
  private readonly line: Line;
  private readonly ray: Line;
  private readonly sum = new Rgb();
  private readonly behind = new Rgb();
  private wall: Float32Array = new Float32Array(0);
  private readonly color = new Rgb();
  private readonly mirror = new Rgb();
  private readonly tableGloss: number;

  constructor(
    private readonly frame: Frame,
    private readonly brief: Brief,
  ) {
    const { camera, composition } = brief;
    const pitch = clamp(camera.pitch + 0.12, 0.045, 1.1);
    this.sin = sin(pitch);
    this.cos = cos(pitch);
    this.line = { y: 0, z: 0, dy: -this.sin, dz: -this.cos };
    this.ray = { y: 0, z: 0, dy: this.sin, dz: -this.cos };
    this.lamps = studioLightOf(brief);
    const unit = min(sqrt(frame.width * frame.height), frame.height * 1.2);
    const scale = unit * 0.44 * composition.scale ** 0.8 * (camera.focal / 0.85) ** 0.32;
    const random = Random.of(brief.seed, 'table');
    const { style } = brief.request.visual;
    this.tableGloss = style === 'commercial' ? 0.5 : random.between(0.12, 0.3);
    this.table =
      style === 'editorial' || style === 'commercial'
        ? wallColor(brief).scale(0.9)
        : random.pick(hex(0x5f4a3a), hex(0x3c3f44), hex(0xb09a80), hex(0x2d3a40)).clone();
    this.things = this.arrange(Random.of(brief.seed, 'things'));
    // A single small thing comes nearer.
    this.scale = this.things.length > 1 ? scale : scale * clamp(0.95 / (this.things[0]?.body.height ?? 1), 1.1, 1.6);
    this.middle = { x: composition.x * frame.width, y: frame.height * (0.69 - 0.12 * this.sin) };
  }

  *paint(): Generator<number, void> {
    yield* stage(0, 0.2, paintBackdrop(this.frame, this.brief, this.lamps));
    this.wall = this.frame.light.slice();
    for (const share of this.paintAll()) yield 0.2 + 0.8 * share;
  }

  /** The prompt's things first; still lifes get companions, fewer in a minimal picture. */
  private arrange(random: Random): readonly Thing[] {
    const { prompt } = this.brief.request;
    const { density } = this.brief.composition;
    const flacon = /perfume|cosmetic|flacon|fragrance/i.test(prompt);
    const named = THINGS.filter(([words, profile]) => words.test(prompt) && !(flacon && profile === 'bottle'));
    const many =
      named.length === 0 ||
      /still life|fruit|tabletop|collection|set of|apples|pears|lemons|bottles|cups|vases|spheres/i.test(prompt);
    const count =
      many && density > 0.3
        ? max(named.length, round(random.between(3, 4.6) * min(1.25, density)))
        : max(1, min(named.length, 4));
    const things: Thing[] = [];
    for (let index = 0; index < count; index += 1) {
      const kind = named[index % max(1, named.length)] ?? THINGS[random.pick(3, 7, 11, 8)];
      if (kind !== undefined) things.push(this.make(kind, index, random));
    }
    return things;
  }

  private make([, profile, hue, gloss]: (typeof THINGS)[number], index: number, random: Random): Thing {
    const { brief } = this;
    const main = index === 0;
    const lean = brief.composition.lean;
    const height = HEIGHTS[profile] * (main ? 1 : random.between(0.7, 0.95));
    const side = (index % 2 === 0 ? -1 : 1) * (lean === 0 ? (brief.composition.x > 0.5 ? -1 : 1) : lean);
    const x = main ? 0 : side * (0.34 + 0.22 * ceil(index / 2)) + random.between(-0.04, 0.04);
    const z = main ? 0 : random.between(-0.3, 0.3);
    return {
      body: new Revolved(PROFILES[profile], x, z, height),
      color: this.glaze(hue, index, random),
      gloss,
      glass: /glass|crystal|perfume|wine/i.test(brief.request.prompt) && (profile === 'bottle' || profile === 'flacon'),
      vessel: ['vase', 'amphora', 'bottle', 'bowl', 'cup'].includes(profile),
      seed: brief.seed + index * 37,
    };
  }

  /** The prompt's colour for the subject, a fruit's own hue, or one of a potter's quiet glazes. */
  private glaze(hue: number | null, index: number, random: Random): Rgb {
    const named = this.brief.reading.colors[index];
    if (named !== undefined) return hsv(named[0], named[1] * 0.9, named[2]);
    if (hue !== null) return hsv(hue + random.between(-0.02, 0.02), 0.74, 0.72);
    return random
      .pick(hex(0xd8cfc0), hex(0x8fa08a), hex(0xb8643f), hex(0x5c7a94), hex(0x3f4650), hex(0xd9a441), hex(0x9c4a52))
      .clone();
  }

  /** One sample in the middle of each pixel, then five more where neighbours show different things: outlines come out smooth. */
  private *paintAll(): Generator<number, void> {
    const { frame } = this;
    const shown = new Uint8Array(frame.width * frame.height);
    for (let y = 0; y < frame.height; y += 1) {
      for (let x = 0; x < frame.width; x += 1) {
        const index = y * frame.width + x;
        shown[index] = this.look(x + 0.5, y + 0.5, index);
        this.keep(index, shown[index] ?? 0);
      }
      if (y % 16 === 15) yield (0.85 * y) / frame.height;
    }
    for (let y = 1; y < frame.height - 1; y += 1) {
      for (let x = 1; x < frame.width - 1; x += 1) {
        const index = y * frame.width + x;
        const here = shown[index];
        const same =
          here === shown[index - 1] &&
          here === shown[index + 1] &&
          here === shown[index - frame.width] &&
          here === shown[index + frame.width];
        if (!same) this.refine(x, y, index);
      }
      if (y % 32 === 31) yield 0.85 + (0.15 * y) / frame.height;
    }
  }

  private refine(x: number, y: number, index: number): void {
    const sum = this.sum.set(0, 0, 0);
    for (const [dx, dy] of SAMPLES) {
      this.look(x + dx, y + dy, index);
      sum.add(this.color, 1 / SAMPLES.length);
    }
    this.frame.put(index, sum, 300);
  }

  private keep(index: number, shown: number): void {
    this.frame.put(index, this.color, shown === WALL ? WALL_DEPTH : 300);
  }

  /** Sets the colour that is seen at a place of the picture and says what it is: the wall, the table or one of the things. */
  private look(px: number, py: number, index: number): number {
    const { color } = this;
    const x = (px - this.middle.x) / this.scale;
    const y = (this.middle.y - py) / this.scale;
    this.line.y = y * this.cos + this.sin * 6;
    this.line.z = -y * this.sin + this.cos * 6;
    let nearest = Infinity;
    let found = -1;
    for (let each = 0; each < this.things.length; each += 1) {
      if (this.things[each]?.body.meet(x, this.line, this.hit) === true && this.hit.distance < nearest) {
        nearest = this.hit.distance;
        found = each;
        this.seen.copy(this.hit);
      }
    }
    const at = index * 3;
    this.behind.set(this.wall[at] ?? 0, this.wall[at + 1] ?? 0, this.wall[at + 2] ?? 0);
    const thing = this.things[found];
    if (thing !== undefined) {
      this.shadeThing(thing, x);
      return THING + found;
    }
    const tableZ = -y / this.sin;
    const onTable = smoothstep(-2.9, -1.9, tableZ);
    color.copy(this.behind);
    if (onTable <= 0) return WALL;
    this.shadeTable(x, tableZ);
    color.set(
      mix(this.behind.r, color.r, onTable),
      mix(this.behind.g, color.g, onTable),
      mix(this.behind.b, color.b, onTable),
    );
    return TABLE;
  }

  /** Wood, stone or paper in the key light, with the things' shadows and their mirror images. */
  private shadeTable(x: number, z: number): void {
    const { lamps, color, mirror } = this;
    const grain =
      noise2(x * 1.4, z * 9, this.brief.seed + 3) * 0.16 + noise2(x * 14, z * 40, this.brief.seed + 5) * 0.05;
    let open = 1;
    for (const { body } of this.things) {
      open *= this.shadowOf(body, x, z);
    }
    const pool = exp(-((x + lamps.x * 0.3) ** 2 + z * z * 0.25) * 0.35);
    color
      .copy(lamps.key)
      .scale(lamps.y * open * (0.35 + 0.65 * pool))
      .add(lamps.fill, 0.6 + 0.4 * open)
      .multiply(this.table)
      .scale(1 + grain);
    const { ray } = this;
    ray.z = z;
    for (const thing of this.things) {
      if (abs(x - thing.body.x) > thing.body.widest || z < thing.body.z - thing.body.widest * 0.2) continue;
      if (thing.body.meet(x, ray, this.hit)) {
        mirror
          .copy(thing.color)
          .multiply(
            lamps.fill.clone().add(lamps.key, 0.3 * saturate(this.hit.nx * lamps.x + this.hit.nz * lamps.z) + 0.1),
          );
        color.mix(mirror, this.tableGloss * exp(-this.hit.distance * 1.6));
        return;
      }
    }
  }

  /** 0 in the body's shadow – 1: a capsule along the light, softer the farther from the foot, and darkness where body and table meet. */
  private shadowOf(body: Revolved, x: number, z: number): number {
    const { lamps } = this;
    const dx = x - body.x;
    const dz = z - body.z;
    const foot = body.radiusAt(body.height * 0.08);
    const contact = smoothstep(0.75, 1.5, sqrt(dx * dx + dz * dz) / max(0.05, foot));
    const length = (body.height * 0.8 * sqrt(lamps.x ** 2 + lamps.z ** 2)) / lamps.y;
    const flat = sqrt(lamps.x ** 2 + lamps.z ** 2);
    const along = clamp((-dx * lamps.x - dz * lamps.z) / flat, 0, min(2.2, length));
    const awayX = dx + (lamps.x / flat) * along;
    const awayZ = dz + (lamps.z / flat) * along;
    const softness = 0.03 + lamps.size * 0.28 * (0.25 + along);
    const distance =
      sqrt(awayX * awayX + awayZ * awayZ) - body.radiusAt((along / max(0.01, length)) * body.height * 0.8) * 0.85;
    const shadow = smoothstep(-softness, softness, distance);
    return mix(0.25, 1, contact) * mix(mix(0.08, 0.62, lamps.size), 1, shadow);
  }

  private shadeThing(thing: Thing, x: number): void {
    const { lamps, seen: hit, color, mirror } = this;
    const facing = hit.nx * lamps.x + hit.ny * lamps.y + hit.nz * lamps.z;
    const wrap = lamps.size * 0.4;
    const lit = max(0, (facing + wrap) / (1 + wrap));
    const towards = saturate(hit.ny * this.sin + hit.nz * this.cos);
    const fresnel = (1 - towards) ** 4;
    const occluded = 0.45 + 0.55 * smoothstep(0, 0.16, hit.y);
    const texture =
      1 +
      (1 - thing.gloss) * 0.22 * noise2(x * 9, hit.y * 9, thing.seed) +
      0.06 * noise2(x * 40, hit.y * 40, thing.seed);
    color
      .copy(lamps.fill)
      .scale(occluded * (0.7 + 0.3 * hit.ny))
      .add(lamps.key, lit * occluded)
      .multiply(thing.color)
      .scale(texture);
    if (thing.vessel && hit.ny > 0.99) this.lookInto(thing, x);
    if (thing.glass) {
      mirror
        .copy(this.behind)
        .multiply(thing.color.clone().mix(new Rgb(1, 1, 1), 0.45))
        .scale(1.15);
      color.mix(mirror, 0.72 * towards * towards);
    }
    color.add(lamps.rim, fresnel * 0.55 * saturate(0.6 - hit.nx * sign(lamps.x) * 0.7));
    color.add(lamps.key, this.highlight(thing.gloss) * (0.06 + 0.55 * thing.gloss + fresnel * 0.3));
  }

  /** The mouth of a vessel: its rim, then what is in it. */
  private lookInto(thing: Thing, x: number): void {
    const { seen, color, lamps } = this;
    const across = x - thing.body.x;
    const share = seen.radius / thing.body.radiusAt(thing.body.height);
    if (share > 0.9) return;
    const coffee = thing.body.height < 0.6;
    const wall = saturate(0.5 + (across / thing.body.widest) * sign(lamps.x) * -0.6);
    this.mirror
      .copy(thing.color)
      .multiply(lamps.fill.clone().add(lamps.key, 0.5 * wall))
      .scale(coffee ? 0.5 : 0.3);
    if (coffee && share < 0.82)
      this.mirror.set(0.07, 0.03, 0.014).add(lamps.key, 0.1 * smoothstep(0.5, 0.8, share) * wall);
    color.mix(this.mirror, smoothstep(0.9, 0.86, share));
  }

  /** The key light's own picture on the surface: a window for a large lamp, a spark for a small one. */
  private highlight(gloss: number): number {
    const { lamps, seen: hit } = this;
    const towards = hit.ny * this.sin + hit.nz * this.cos;
    const rx = 2 * towards * hit.nx - lamps.x;
    const ry = 2 * towards * hit.ny - this.sin - lamps.y;
    const rz = 2 * towards * hit.nz - this.cos - lamps.z;
    const size = 0.09 + 0.3 * lamps.size;
    const soft = mix(0.5, 0.05, gloss);
    if (rx * lamps.x + ry * lamps.y + rz * lamps.z < -1.2) return 0;
    return (
      smoothstep(size + soft, size, abs(rx)) *
      smoothstep(size * 1.5 + soft, size * 1.5, abs(ry)) *
      smoothstep(1.1, 0.6, abs(rz))
    );
  }
}
