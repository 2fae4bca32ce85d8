import { accent, type Brief, has } from './brief.js';
import { hsv, Rgb } from './color.js';
import { type Frame } from './frame.js';
import { noise2 } from './noise.js';
import { Random } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';
import { type StudioLight } from './studio-light.js';

const { ceil, exp, floor, round, sqrt } = Math;

/** Depth of the wall behind a subject, in the units of the studio. */
export const WALL_DEPTH = 5000;

/** Colour of the wall: near the subject's own hue but quieter, paper for editorial and commercial pictures. */
export const wallColor = (brief: Brief): Rgb => {
  const { style } = brief.request.visual;
  if (style === 'editorial') return new Rgb(0.83, 0.8, 0.76);
  const random = Random.of(brief.seed, 'wall');
  const named = brief.reading.colors[0];
  if (style === 'commercial') return hsv((named?.[0] ?? random.next()) + 0.5, 0.26, 0.93);
  return hsv(
    named === undefined ? random.pick(0.58, 0.07, 0.42, 0.95, 0.1) : named[0] + 0.45,
    random.between(0.25, 0.5),
    random.between(0.42, 0.62),
  );
};

/** A wall with a pool of light behind the subject, a trace of plaster, and out-of-focus lights where the picture is not a plain studio. */
export function* paintBackdrop(frame: Frame, brief: Brief, lamps: StudioLight): Generator<number, void> {
  const wall = wallColor(brief);
  const tint = wall.clone().multiply(lamps.key);
  const middle = { x: brief.composition.x - lamps.x * 0.14, y: 0.4 };
  const color = new Rgb();
  for (let y = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1) {
      const dx = ((x + 0.5) / frame.width - middle.x) * 1.15;
      const dy = (y + 0.5) / frame.height - middle.y;
      const pool = exp(-(dx * dx + dy * dy) * mix(7, 2.2, lamps.size));
      const plaster = 1 + 0.05 * noise2((x / frame.width) * 7, (y / frame.height) * 7, brief.seed + 9);
      color.copy(tint).scale(lamps.wall * plaster * (0.3 + 0.75 * pool));
      frame.put(y * frame.width + x, color, WALL_DEPTH);
    }
    if (y % 24 === 23) yield y / frame.height;
  }
  const { lighting, style } = brief.request.visual;
  const plain = lighting === 'studio' || lighting === 'hard' || style === 'editorial' || style === 'commercial';
  if ((!plain || brief.reading.wanted.has('blur')) && has(brief, 'blur', 0.75) && brief.composition.density > 0.3)
    scatterBokeh(frame, brief, lamps);
}

/** Lights far behind the subject as the discs that an open lens makes of them. */
const scatterBokeh = (frame: Frame, brief: Brief, lamps: StudioLight): void => {
  const random = Random.of(brief.seed, 'bokeh');
  const unit = sqrt(frame.width * frame.height);
  const amount = round(26 * brief.composition.density);
  for (let index = 0; index < amount; index += 1) {
    const disc = {
      x: random.next() * frame.width,
      y: random.between(-0.05, 0.85) * frame.height,
      radius: unit * random.between(0.016, 0.05) * (brief.camera.focal / 0.85) ** 0.4,
    };
    const color = accent(brief, 1 + (index % 3), index % 3 === 0 ? 0.09 : 0.55).mix(lamps.key, 0.5);
    addDisc(frame, disc, color.scale(random.between(0.05, 0.3) * (0.35 + lamps.wall)));
  }
};

const addDisc = (
  frame: Frame,
  disc: { readonly x: number; readonly y: number; readonly radius: number },
  color: Rgb,
): void => {
  const right = clamp(ceil(disc.x + disc.radius + 1), 0, frame.width);
  const bottom = clamp(ceil(disc.y + disc.radius + 1), 0, frame.height);
  for (let y = clamp(floor(disc.y - disc.radius), 0, frame.height); y < bottom; y += 1) {
    for (let x = clamp(floor(disc.x - disc.radius), 0, frame.width); x < right; x += 1) {
      const dx = (x + 0.5 - disc.x) / disc.radius;
      const dy = (y + 0.5 - disc.y) / disc.radius;
      const distance = sqrt(dx * dx + dy * dy);
      const inside = smoothstep(1, 0.88, distance);
      if (inside > 0) frame.accumulate(y * frame.width + x, color, inside * (0.7 + 0.3 * saturate(distance)));
    }
  }
};
