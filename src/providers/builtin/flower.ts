import { accent, type Brief } from './brief.js';
import { paintBackdrop } from './backdrop.js';
import { hex, hsv, Rgb } from './color.js';
import { type Frame } from './frame.js';
import { noise2 } from './noise.js';
import { stage } from './progress.js';
import { cellNoise, Random } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';
import { type StudioLight, studioLightOf } from './studio-light.js';

const { PI, abs, atan2, ceil, cos, floor, max, min, round, sign, sin, sqrt } = Math;

/** Each whorl is turned by it against the one below, as plants do. */
const GOLDEN_ANGLE = 2.39996;
const LONGEST = 1.04;

interface Species {
  /** Whorls of petals and petals in each. */
  readonly layers: number;
  readonly petals: number;
  /** Half the angle of a petal as a share of its place in the whorl; above 1 they overlap. */
  readonly breadth: number;
  /** 0 (round tip) – 1 (pointed). */
  readonly point: number;
  /** Radius of the heart, as a share of the flower's. */
  readonly heart: number;
  readonly hue: number;
  readonly heartColor: Rgb;
}

/** For every word that names no species of its own. */
const ROSE: Species = {
  layers: 6,
  petals: 6,
  breadth: 1.45,
  point: 0.12,
  heart: 0.05,
  hue: 0.97,
  heartColor: hex(0x8a1f2c),
};

const SPECIES: readonly (readonly [words: RegExp, species: Species])[] = [
  [
    /sunflower/i,
    { layers: 3, petals: 19, breadth: 0.95, point: 0.75, heart: 0.4, hue: 0.13, heartColor: hex(0x4a2a12) },
  ],
  [
    /daisy|chamomile|marguerite/i,
    { layers: 2, petals: 17, breadth: 0.82, point: 0.15, heart: 0.25, hue: 0.1, heartColor: hex(0xf2b418) },
  ],
  [
    /lotus|lily/i,
    { layers: 4, petals: 8, breadth: 1.05, point: 0.85, heart: 0.14, hue: 0.93, heartColor: hex(0xe8c040) },
  ],
  [
    /poppy|hibiscus|anemone/i,
    { layers: 2, petals: 4, breadth: 1.3, point: 0, heart: 0.15, hue: 0.01, heartColor: hex(0x241a2a) },
  ],
  [
    /cherry|blossom|orchid/i,
    { layers: 1, petals: 5, breadth: 1.05, point: 0.1, heart: 0.12, hue: 0.94, heartColor: hex(0xd98a3a) },
  ],
  [
    /dahlia|chrysanthemum|aster/i,
    { layers: 7, petals: 15, breadth: 1.1, point: 0.5, heart: 0.06, hue: 0.95, heartColor: hex(0xb0402a) },
  ],
];

const speciesOf = (prompt: string): Species => SPECIES.find(([words]) => words.test(prompt))?.[1] ?? ROSE;

/** One flower from near: whorls of petals over one another, with veins, soft shadows and a heart of grains. */
export class Flower {
  private readonly lamps: StudioLight;
  private readonly species: Species;
  private readonly middle: { readonly x: number; readonly y: number };
  private readonly radius: number;
  private readonly flat: number;
  private readonly lift: number;
  private readonly petal: Rgb;
  private readonly tip: Rgb;
  private readonly turn: number;
  private readonly stem = hex(0x4c7a30);
  private readonly color = new Rgb();
  private opacity = 0;
  /** Half the width of a petal along its length, in 256 steps. */
  private readonly outline: Float64Array;
  /** Length of each petal as a share of its whorl's, and how far it bends aside, in petals. */
  private readonly lengths: Float64Array;
  private readonly bends: Float64Array;

  constructor(
    private readonly frame: Frame,
    private readonly brief: Brief,
  ) {
    const { camera, composition, seed } = brief;
    const random = Random.of(seed, 'flower');
    this.lamps = studioLightOf(brief);
    this.species = speciesOf(brief.request.prompt);
    const unit = min(sqrt(frame.width * frame.height), min(frame.width, frame.height) * 1.3);
    this.radius = unit * random.between(0.31, 0.36) * composition.scale ** 0.8 * (camera.focal / 0.85) ** 0.35;
    // Pitch 0.13 is the free camera: it looks into the flower from a little above.
    this.flat = mix(0.5, 1, saturate(0.35 + camera.pitch * 1.6));
    this.lift = (1 - this.flat) * 0.9;
    this.middle = { x: composition.x * frame.width, y: frame.height * (0.44 + 0.22 * (camera.horizon - 0.6)) };
    const white = /daisy|chamomile|lily|white/i.test(brief.request.prompt) && brief.reading.colors.length < 2;
    this.petal = white
      ? new Rgb(0.85, 0.83, 0.8)
      : brief.reading.colors.length > 0
        ? accent(brief, 0, 0)
        : hsv(this.species.hue, 0.74, 0.84);
    this.tip = this.petal.clone().mix(new Rgb(1, 0.93, 0.88), 0.08);
    const { petals, layers, point } = this.species;
    const each = Array.from(
      { length: petals * layers },
      (_, which) => [which % petals, floor(which / petals)] as const,
    );
    this.lengths = Float64Array.from(each, ([index, layer]) => 0.9 + (LONGEST - 0.9) * cellNoise(index, layer, seed));
    this.bends = Float64Array.from(each, ([index, layer]) => (cellNoise(index, layer, seed + 3) - 0.5) * 0.5);
    this.outline = Float64Array.from({ length: 256 }, (_, index) => {
      const t = index / 255;
      const rounded = sqrt(max(0, 1 - t ** mix(5, 2.2, point)));
      return min(1, 0.35 + t * 1.6) * mix(rounded, 1 - t ** 2.4, point);
    });
    this.turn = random.between(0, 6.28) + composition.lean * 0.4;
  }

  *paint(): Generator<number, void> {
    yield* stage(
      0,
      0.2,
      paintBackdrop(
        this.frame,
        { ...this.brief, reading: { ...this.brief.reading, colors: [[0.85, 0.5, 0.5]] } },
        this.lamps,
      ),
    );
    this.drawStem();
    yield 0.3;
    const { frame, middle, radius, color } = this;
    const top = max(0, floor(middle.y - radius * 1.1));
    const bottom = min(frame.height, ceil(middle.y + radius * 1.1));
    for (let y = top; y < bottom; y += 1) {
      for (let x = 0; x < frame.width; x += 1) {
        const dx = (x + 0.5 - middle.x) / radius;
        const dy = (y + 0.5 - middle.y) / radius;
        if (dx * dx + dy * dy > 1.2) continue;
        this.look(dx, dy / this.flat);
        if (this.opacity <= 0) continue;
        frame.blend(y * frame.width + x, color, this.opacity);
        frame.depth[y * frame.width + x] = 300;
      }
      if (y % 16 === 15) yield 0.3 + (0.7 * (y - top)) / (bottom - top);
    }
  }

  /** Sets colour and opacity of a point of the flower's disc: the heart, else the uppermost petal. */
  private look(dx: number, dy: number): void {
    const { species } = this;
    const heartY = dy + this.lift * 0.25;
    const fromHeart = sqrt(dx * dx + heartY * heartY);
    this.opacity = 0;
    if (fromHeart < species.heart) {
      this.shadeHeart(dx, heartY, fromHeart);
      return;
    }
    for (let layer = species.layers - 1; layer >= 0 && this.opacity < 0.98; layer -= 1) {
      const size = 1 - (layer / species.layers) * (0.86 - species.heart * 0.6);
      this.petalsOf(layer, size, dx, dy + this.lift * 0.25 * (layer / species.layers));
    }
  }

  private petalsOf(layer: number, size: number, dx: number, dy: number): void {
    const step = (PI * 2) / this.species.petals;
    const distance = sqrt(dx * dx + dy * dy);
    if (distance > size * LONGEST) return;
    const place = (atan2(dy, dx) + this.turn + layer * GOLDEN_ANGLE) / step;
    const nearest = round(place);
    const order = place > nearest ? 1 : -1;
    this.petalAt(layer, nearest, { distance, size, place });
    if (this.opacity < 0.98) this.petalAt(layer, nearest + order, { distance, size, place });
    if (this.opacity < 0.98) this.petalAt(layer, nearest - order, { distance, size, place });
  }

  /** Adds one petal of a whorl, if it is there at a distance from the heart and a place around it (in petals). */
  private petalAt(
    layer: number,
    petal: number,
    at: { readonly distance: number; readonly size: number; readonly place: number },
  ): void {
    const { species } = this;
    const index = ((petal % species.petals) + species.petals) % species.petals;
    const which = layer * species.petals + index;
    const length = at.size * (this.lengths[which] ?? 1);
    const t = at.distance / length;
    if (t >= 1) return;
    const across = (2 * (at.place - petal - (this.bends[which] ?? 0) * t)) / species.breadth;
    const outline = this.outline[(t * 255) | 0] ?? 0;
    if (abs(across) > outline * 1.06) return;
    const step = (PI * 2) / species.petals;
    const ruffle = abs(across) > outline * 0.9 ? 1 + 0.05 * noise2(t * 9, index * 3.1 + layer, this.brief.seed + 5) : 1;
    const inside = (outline * ruffle - abs(across)) * at.distance * step * 0.5 * species.breadth * this.radius;
    const cover = saturate(min(inside, (1 - t) * length * this.radius) + 0.5);
    if (cover <= 0) return;
    const angle = petal * step - this.turn - layer * GOLDEN_ANGLE;
    this.shadePetal({ t, across: across / max(0.1, outline), layer, angle, index }, cover);
  }

  private shadePetal(
    at: {
      readonly t: number;
      readonly across: number;
      readonly layer: number;
      readonly angle: number;
      readonly index: number;
    },
    cover: number,
  ): void {
    const { lamps, brief, species } = this;
    const vein = noise2(at.across * 11, at.t * 1.6 + at.index * 7, brief.seed + at.layer * 13);
    const fine = noise2(at.across * 34, at.t * 3 + at.index, brief.seed + 17);
    // A petal is a gutter along its axis that rises from the heart and bends down at the tip.
    const lateral = -at.across * 0.75;
    const radial = mix(-0.75, 0.85, at.t ** 1.3);
    const ax = cos(at.angle);
    const ay = sin(at.angle);
    const nx = radial * ax - lateral * ay * -1 + vein * 0.07;
    const ny = -(radial * ay + lateral * ax * -1);
    const scale = 1 / sqrt(nx * nx + ny * ny + 1);
    const facing = (nx * lamps.x + ny * lamps.y + lamps.z) * scale;
    const wrap = 0.25 + 0.35 * lamps.size;
    const lit = max(0, (facing + wrap) / (1 + wrap));
    const inner = at.layer / species.layers;
    const sunk = smoothstep(0.02, 0.62, at.t) * mix(1, 0.75, inner * smoothstep(1, 0, at.t));
    const edge = smoothstep(0.7, 1, abs(at.across)) * 0.1;
    const shade = petalScratch
      .copy(this.petal)
      .scale(0.62)
      .mix(this.petal, sunk)
      .mix(this.tip, smoothstep(0.45, 1, at.t) * 0.75 + edge);
    const glow = 0.22 * saturate(-facing + 0.5);
    shade.scale(1 + 0.12 * vein + 0.05 * fine);
    const light = lightScratch
      .copy(lamps.fill)
      .add(lamps.key, lit * 0.92 + glow)
      .scale(mix(0.22, 1, sunk));
    shade.multiply(light).add(lamps.rim, 0.16 * smoothstep(0.8, 1, at.t) * (1 - inner));
    const share = cover * (1 - this.opacity);
    const total = this.opacity + share;
    this.color.mix(shade, share / total);
    this.opacity = total;
  }

  private shadeHeart(dx: number, dy: number, distance: number): void {
    const { species, lamps, brief, color } = this;
    const place = distance / species.heart;
    const turns = atan2(dy, dx) / (PI * 2);
    // Grains along two sets of spirals, as florets grow.
    const ring = sqrt(place) * 9;
    const grain = sin((turns * 21 + ring) * PI * 2) * sin((turns * 13 - ring * 1.4) * PI * 2);
    const dome = sqrt(max(0, 1 - place * place * 0.8));
    const facing = saturate(
      (dx / species.heart) * 0.6 * lamps.x - (dy / species.heart) * 0.6 * lamps.y + dome * lamps.z + 0.25,
    );
    color.copy(species.heartColor).mix(this.tip, 0.25 * smoothstep(0.6, 0.2, place) * (species.heart > 0.3 ? 1 : 0));
    color.scale(0.75 + 0.4 * grain + 0.1 * noise2(dx * 60, dy * 60, brief.seed));
    color
      .multiply(lightScratch.copy(lamps.fill).add(lamps.key, facing))
      .scale(mix(1, 0.55, smoothstep(0.75, 1, place)));
    this.opacity = 1;
  }

  /** A stem that leaves the picture below, with two leaves. */
  private drawStem(): void {
    const { frame, middle, radius, lamps, color } = this;
    const sway = (cellNoise(1, 2, this.brief.seed) - 0.5) * 0.5;
    for (let y = max(0, floor(middle.y)); y < frame.height; y += 1) {
      const down = (y - middle.y) / radius;
      const centre = middle.x + sway * radius * down * down * 0.35;
      for (let x = 0; x < frame.width; x += 1) {
        const across = (x + 0.5 - centre) / radius;
        const stalk = 0.034 - abs(across);
        const leaf = max(leafAt(across, down - 1.25, 1), leafAt(-across, down - 1.7, 1));
        const inside = max(stalk, leaf);
        const cover = saturate(inside * radius + 0.5);
        if (cover <= 0) continue;
        const side = stalk > leaf ? across / 0.034 : sin(across * 9);
        const lit = saturate(0.45 + 0.45 * side * sign(lamps.x));
        const shaded = smoothstep(0, 1.1, down);
        color
          .copy(this.stem)
          .multiply(lightScratch.copy(lamps.fill).add(lamps.key, lit))
          .scale(mix(0.25, 1, shaded));
        frame.blend(y * frame.width + x, color, cover);
        frame.depth[y * frame.width + x] = 420;
      }
    }
  }
}

const petalScratch = new Rgb();
const lightScratch = new Rgb();

/** How far a point is inside of a leaf that grows to the right and up from the stem; negative outside. */
const leafAt = (across: number, down: number, length: number): number => {
  const along = across / length;
  if (along < 0 || along > 1) return -1;
  const spine = -0.42 * along + 0.28 * along * along;
  return 0.16 * sin(PI * sqrt(along)) * (1 - along * 0.4) - abs(down - spine);
};
