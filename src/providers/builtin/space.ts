import { accent, type Brief, has } from './brief.js';
import { Rgb } from './color.js';
import { Frame } from './frame.js';
import { fbm, noise2, ridged } from './noise.js';
import { stage } from './progress.js';
import { Random } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';
import { drawPoint } from './sky.js';

const { abs, ceil, exp, floor, max, min, round, sin, sqrt } = Math;

/** Pixels of the nebula that are computed once. */
const COARSE = 3;

/** Colour of the dense middle of a nebula. */
const CORE = new Rgb(1, 0.9, 0.8);
const CLOUD = new Rgb(0.9, 0.92, 0.95);
const ICE = new Rgb(0.8, 0.75, 0.68);

interface Globe {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly seed: number;
  /** How far it has turned about its axis. */
  readonly turn: number;
  readonly color: Rgb;
  readonly second: Rgb;
  readonly banded: boolean;
  readonly ringed: boolean;
}

/** The bodies before the nebula. */
export interface Bodies {
  readonly globe: Globe;
  readonly moon: Globe;
  /** Direction of the star that lights them, as a unit vector: right, up, towards the viewer. */
  readonly sun: readonly [number, number, number];
}

/** Nebula, stars, a planet with its air, and sometimes rings and a moon. */
export function* paintSpace(frame: Frame, brief: Brief): Generator<number, void> {
  const bodies = yield* stage(0, 0.6, paintDeepSky(frame, brief));
  yield* stage(0.6, 1, paintBodies(frame, brief, bodies));
}

/** Nebula and stars; answers what is to be painted before them. */
export function* paintDeepSky(frame: Frame, brief: Brief): Generator<number, Bodies> {
  yield* paintNebula(frame, brief);
  const random = Random.of(brief.seed, 'space');
  yield 0.95;
  scatterStars(frame, brief, random);
  const globe = globeOf(frame, brief, random);
  return { globe, moon: moonOf(frame, globe, random), sun: sunOf(brief) };
}

/** The planet and what belongs to it. @param seconds age of the scene: the planet turns, and the moon goes its way */
export function* paintBodies(frame: Frame, brief: Brief, bodies: Bodies, seconds = 0): Generator<number, void> {
  if (!has(brief, 'planet', 0.75)) return;
  const { moon, sun } = bodies;
  const globe = { ...bodies.globe, turn: seconds * 0.035 };
  if (globe.ringed) {
    drawRing(frame, globe, sun, false);
    yield 0.1;
  }
  yield* stage(0.1, 0.75, drawGlobe(frame, brief, globe, sun));
  if (globe.ringed) drawRing(frame, globe, sun, true);
  if (brief.composition.density <= 0.3) return;
  const way = globe.radius * 0.03 * seconds * (moon.x > globe.x ? -1 : 1);
  yield* stage(0.75, 1, drawGlobe(frame, brief, { ...moon, x: moon.x + way, y: moon.y - way * 0.3 }, sun));
}

const sunOf = (brief: Brief): Bodies['sun'] => {
  const side = sin(brief.light.azimuth) >= 0 ? 1 : -1;
  const front = brief.light.softness > 0.6 ? 0.75 : brief.light.contrast > 1.2 ? -0.18 : 0.28;
  const up = 0.3 + brief.light.elevation * 0.4;
  const length = sqrt(1 + up * up + front * front);
  return [side / length, up / length, front / length];
};

function* paintNebula(frame: Frame, brief: Brief): Generator<number, void> {
  const small = new Frame(ceil(frame.width / COARSE) + 1, ceil(frame.height / COARSE) + 1);
  const first = accent(brief, 0, 0.62 + 0.3 * Random.of(brief.seed, 'nebula').next());
  const second = accent(brief, 1, 0.92);
  const unit = (brief.camera.focal / 0.85) ** -0.5 * (2.6 / sqrt(small.width * small.height));
  const color = new Rgb();
  const strength = mix(0.25, 1.1, min(1, brief.composition.density)) * (brief.light.contrast > 1.2 ? 0.8 : 1);
  const octaves = round(mix(3, 7, sqrt(brief.detail)));
  const tilt = sin(brief.camera.pitch) * 0.9;
  for (let y = 0; y < small.height; y += 1) {
    for (let x = 0; x < small.width; x += 1) {
      const px = (x - small.width / 2) * unit;
      const py = (y - small.height / 2) * unit + tilt * 2;
      const warpX = fbm(px * 0.8, py * 0.8, 3, brief.seed + 3);
      const warpY = fbm(px * 0.8 + 7, py * 0.8, 3, brief.seed + 5);
      const gas = saturate(0.42 + 0.75 * fbm(px + warpX * 1.1, py + warpY * 1.1, octaves, brief.seed + 7));
      const dust = ridged(px * 0.9 - warpY, py * 0.9 + warpX, min(5, octaves), brief.seed + 11);
      const band = exp(-((py - px * 0.5 * (brief.composition.lean + 0.7) + warpX * 0.8 - tilt) ** 2) * 0.9);
      const glow = gas ** 2.4 * (0.25 + band) * strength;
      color
        .set(0.004, 0.006, 0.014)
        .add(first, glow * 0.95 * saturate(0.5 + warpX))
        .add(second, glow * 0.9 * saturate(0.5 + warpY));
      color.add(CORE, (glow * band) ** 2 * 0.5).scale(1 - 0.55 * saturate(dust - 0.25) * band);
      small.put(y * small.width + x, color, 0);
    }
    if (y % 24 === 23) yield (0.9 * y) / small.height;
  }
  for (let y = 0; y < frame.height; y += 1) {
    frame.fillRow(y, small, y / COARSE, COARSE);
    if (y % 64 === 63) yield 0.9;
  }
  frame.depth.fill(1e5);
}

const scatterStars = (frame: Frame, brief: Brief, random: Random): void => {
  if (brief.reading.unwanted.has('stars')) return;
  const unit = sqrt(frame.width * frame.height) / 1024;
  const amount = round(
    (2600 * mix(0.5, 1, min(1, brief.composition.density)) * frame.width * frame.height) / (unit * unit * 1048576),
  );
  const color = new Rgb();
  for (let star = 0; star < amount; star += 1) {
    const spot = { x: random.next() * frame.width, y: random.next() * frame.height };
    const brightness = 0.05 + 0.35 * random.next() ** 4 + 2 * random.next() ** 60;
    const warmth = random.next();
    color.set(0.7 + 0.4 * warmth, 0.85, 1.2 - 0.5 * warmth).scale(brightness);
    drawPoint(frame, { ...spot, radius: (0.55 + 0.5 * min(2, brightness)) * max(0.85, unit) }, color);
    if (brightness > 1.1) drawPoint(frame, { ...spot, radius: 7 * unit * brightness }, color.scale(0.07));
  }
};

const globeOf = (frame: Frame, brief: Brief, random: Random): Globe => {
  const mean = min(sqrt(frame.width * frame.height), 1.5 * min(frame.width, frame.height));
  const zoom = (brief.camera.focal / 0.85) ** 0.55;
  return {
    x: brief.composition.x * frame.width,
    y: frame.height * clamp(0.5 + (brief.camera.horizon - 0.6) * 0.4, 0.12, 0.72),
    radius: mean * random.between(0.2, 0.26) * zoom * brief.composition.scale,
    seed: brief.seed + 101,
    turn: 0,
    color: accent(brief, brief.reading.colors.length > 1 ? 1 : 0, random.next()),
    second: accent(brief, 3, random.pick(0.08, 0.55, 0.12)),
    banded: /saturn|jupiter|gas giant|ring/i.test(brief.request.prompt) || random.chance(0.4),
    ringed: has(brief, 'rings', 0.4),
  };
};

const moonOf = (frame: Frame, globe: Globe, random: Random): Globe => ({
  ...globe,
  x: globe.x + (globe.x > frame.width / 2 ? -1 : 1) * globe.radius * random.between(1.5, 1.9),
  y: globe.y - globe.radius * random.between(0.5, 0.95),
  radius: globe.radius * random.between(0.11, 0.17),
  seed: globe.seed + 997,
  color: new Rgb(0.5, 0.47, 0.44),
  second: new Rgb(0.25, 0.24, 0.24),
  banded: false,
});

/** Tilt of the axis and flatness of the rings. */
const TILT = { cos: 0.94, sin: -0.342, flat: 0.27 };

function* drawGlobe(frame: Frame, brief: Brief, globe: Globe, sun: Bodies['sun']): Generator<number, void> {
  const reach = globe.radius * 1.14;
  const color = new Rgb();
  const air = globe.second.clone().mix(new Rgb(0.35, 0.6, 1), 0.6);
  const octaves = round(mix(3, 7, sqrt(brief.detail)));
  const right = clamp(ceil(globe.x + reach), 0, frame.width);
  const bottom = clamp(ceil(globe.y + reach), 0, frame.height);
  for (let y = clamp(floor(globe.y - reach), 0, frame.height); y < bottom; y += 1) {
    for (let x = clamp(floor(globe.x - reach), 0, frame.width); x < right; x += 1) {
      const nx = (x + 0.5 - globe.x) / globe.radius;
      const ny = -(y + 0.5 - globe.y) / globe.radius;
      const away = sqrt(nx * nx + ny * ny);
      const index = y * frame.width + x;
      const towards = (nx * sun[0] + ny * sun[1]) / max(1e-6, away);
      if (away > 1) {
        const halo = exp(-(away - 1) * 26) * saturate(0.35 + towards) * (globe.radius > 60 ? 0.55 : 0);
        frame.accumulate(index, air, halo);
      }
      const cover = saturate((1 - away) * globe.radius + 0.5);
      if (cover <= 0) continue;
      const nz = sqrt(max(0, 1 - away * away));
      surfaceOf(globe, { nx, ny, nz }, octaves, color);
      const facing = nx * sun[0] + ny * sun[1] + nz * sun[2];
      const lit = smoothstep(-0.08, 1, facing) * 1.7;
      color.scale(lit + 0.012).add(air, (1 - nz) ** 3 * saturate(facing + 0.25) * 0.9);
      frame.blend(index, color, cover);
      frame.depth[index] = 300;
    }
    if (y % 24 === 23) yield y / frame.height;
  }
}

/** Bands of a gas giant, or continents under clouds, or craters. */
const surfaceOf = (
  globe: Globe,
  normal: { readonly nx: number; readonly ny: number; readonly nz: number },
  octaves: number,
  out: Rgb,
): void => {
  const { nx, ny, nz } = normal;
  const along = nx * TILT.cos - ny * TILT.sin;
  const latitude = nx * TILT.sin + ny * TILT.cos;
  const turn = along / (0.55 + nz * 0.45) + globe.turn;
  if (globe.banded) {
    const swirl = fbm(turn * 1.6, latitude * 7, octaves, globe.seed) * 0.2;
    const band =
      noise2(0.5, (latitude + swirl * 0.55) * 7.5, globe.seed + 3) +
      0.5 * noise2(3, (latitude + swirl) * 21, globe.seed + 5);
    out
      .copy(globe.color)
      .mix(globe.second, saturate(0.5 + band))
      .scale(0.75 + 0.4 * swirl + 0.2 * band);
    return;
  }
  const land = fbm(turn * 1.8 + 5, latitude * 1.8 - nz * 0.6, octaves, globe.seed);
  const shore = smoothstep(0.0, 0.06, land);
  out
    .copy(globe.color)
    .scale(0.32)
    .mix(globe.second, shore * 0.9)
    .scale(0.8 + 0.5 * land);
  const cloud = smoothstep(0.1, 0.5, fbm(turn * 2.4 + land, latitude * 3.6, octaves, globe.seed + 7));
  if (globe.radius > 60) out.mix(CLOUD, cloud * 0.8);
};

/** One half of the rings, the one behind the globe or the one before it, with the globe's shadow on them. */
const drawRing = (frame: Frame, globe: Globe, sun: Bodies['sun'], before: boolean): void => {
  const reach = globe.radius * 2.35;
  const color = new Rgb();
  const right = clamp(ceil(globe.x + reach), 0, frame.width);
  const bottom = clamp(ceil(globe.y + reach), 0, frame.height);
  for (let y = clamp(floor(globe.y - reach), 0, frame.height); y < bottom; y += 1) {
    for (let x = clamp(floor(globe.x - reach), 0, frame.width); x < right; x += 1) {
      const dx = (x + 0.5 - globe.x) / globe.radius;
      const dy = -(y + 0.5 - globe.y) / globe.radius;
      const along = dx * TILT.cos - dy * TILT.sin;
      const up = dx * TILT.sin + dy * TILT.cos;
      if (up > 0 === before) continue;
      const distance = sqrt(along * along + (up / TILT.flat) ** 2);
      const inside = smoothstep(1.3, 1.34, distance) * smoothstep(2.3, 2.22, distance);
      if (inside <= 0) continue;
      const grooves =
        0.5 + 0.5 * noise2(distance * 17, 0.5, globe.seed) + 0.35 * noise2(distance * 60, 2.5, globe.seed);
      const gap = 1 - 0.9 * smoothstep(0.05, 0.02, abs(distance - 1.92));
      const behind = along * sun[0] < 0 && abs(dx * sun[1] - dy * sun[0]) < 0.98 && !before ? 0.12 : 1;
      color
        .copy(globe.second)
        .mix(globe.color, 0.3)
        .mix(ICE, 0.5)
        .scale((0.5 + 0.5 * saturate(grooves)) * behind);
      frame.blend(y * frame.width + x, color, inside * saturate(grooves) * gap * 0.92);
    }
  }
};
