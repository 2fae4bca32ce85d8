import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { Random } from './random.js';
import { clamp, saturate } from './scalar.js';

const { abs, ceil, floor, max, min, round, sign, sin, sqrt } = Math;

/** A shape in its own units: how far a point lies outside of the outline (negative inside). */
export type Outline = (x: number, y: number) => number;

interface Placement {
  /** Pixel of the shape's origin. */
  readonly x: number;
  readonly y: number;
  /** Pixels of one unit. */
  readonly scale: number;
  /** Half the width, and the lowest and highest point, in units; y is up. */
  readonly reach: number;
  readonly low: number;
  readonly high: number;
  readonly depth: number;
}

/** Fills an outline with a smooth edge wherever nothing nearer stands. `paint` gives the colour of a point of the shape. */
export const drawOutline = (
  frame: Frame,
  outline: Outline,
  place: Placement,
  paint: (x: number, y: number, out: Rgb) => void,
): void => {
  const color = new Rgb();
  const left = clamp(floor(place.x - place.reach * place.scale), 0, frame.width);
  const right = clamp(ceil(place.x + place.reach * place.scale), 0, frame.width);
  const top = clamp(floor(place.y - place.high * place.scale), 0, frame.height);
  const bottom = clamp(ceil(place.y - place.low * place.scale), 0, frame.height);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const index = y * frame.width + x;
      if ((frame.depth[index] ?? 0) < place.depth) continue;
      const px = (x + 0.5 - place.x) / place.scale;
      const py = (place.y - y - 0.5) / place.scale;
      const cover = saturate(0.5 - outline(px, py) * place.scale);
      if (cover <= 0) continue;
      paint(px, py, color);
      frame.blend(index, color, cover);
      if (cover > 0.5) frame.depth[index] = place.depth;
    }
  }
};

/** A small flock: each bird is two bent wings. @param seconds age of the scene: the flock crosses the sky, and wings beat */
export const drawBirds = (frame: Frame, brief: Brief, view: View, seconds = 0): void => {
  const random = Random.of(brief.seed, 'flock');
  const flight = Random.of(brief.seed, 'flight');
  const course = flight.chance(0.5) ? 1 : -1;
  const unit = sqrt(frame.width * frame.height);
  const amount = round(random.between(5, 13));
  const middle = {
    x: random.between(0.25, 0.75) * frame.width,
    y: max(0.12 * frame.height, view.horizon - random.between(0.22, 0.42) * unit),
  };
  const color = brief.light.zenith.clone().mix(brief.light.middle, 0.3).scale(0.12);
  for (let bird = 0; bird < amount; bird += 1) {
    const size = unit * random.between(0.007, 0.015);
    const posture = random.between(0.15, 0.6);
    const beat = flight.between(9, 13);
    const phase = flight.between(0, 6.3);
    const lift = posture + 0.5 * (sin(phase + beat * seconds) - sin(phase));
    const lean = random.between(-0.25, 0.25);
    const place = {
      x: middle.x + unit * (0.13 * (random.next() + random.next() - 1) + course * 0.035 * seconds),
      y: middle.y + unit * (0.09 * (random.next() - 0.5) - 0.004 * seconds),
    };
    const outline: Outline = (x, y) => {
      const side = abs(x);
      const wing = lift * (1.6 * side - 1.5 * side * side) + lean * x;
      return max(abs(y - wing) - 0.09 * (1.05 - side), side - 1);
    };
    drawOutline(
      frame,
      outline,
      { ...place, scale: size, reach: 1.1, low: -1.6, high: 1.6, depth: 5000 },
      (_x, _y, out) => out.copy(color),
    );
  }
};

/** A sailing boat on the water at a distance. `seconds` is the age of the scene: the boat makes slow way and rolls in the swell. */
export const drawSailboat = (
  frame: Frame,
  brief: Brief,
  view: View,
  spot: { readonly u: number; readonly z: number; readonly eye: number; readonly seconds: number },
): void => {
  const { seconds } = spot;
  const scale = view.focal / spot.z;
  const { light } = brief;
  const sail = new Rgb(0.9, 0.88, 0.83).multiply(
    light.zenith.clone().mix(light.horizon, 0.6).scale(light.ambient).add(light.sun, 0.4),
  );
  const hull = new Rgb(0.06, 0.04, 0.04).add(light.zenith, 0.05);
  const heel = 0.045 * sin(seconds * 1.1);
  const outline: Outline = (px, y) => {
    const x = px - heel * y;
    const body = max(abs(x - 0.1 * y) - (2.2 + 0.55 * y), abs(y - 0.4) - 0.45);
    const mast = max(abs(x) - 0.05, y - 6.6, -y);
    const main = max(0.12 - x, x - 1.9 * sqrt(max(0, 1 - (y - 1.2) / 5.2)), 1.15 - y, y - 6.3);
    const jib = max(x + 0.12, -x - 1.75 * (1 - (y - 1) / 4.7), 1 - y, y - 5.6);
    return min(body, mast, main, jib);
  };
  const place = {
    x: view.x(spot.u) + 0.35 * scale * seconds,
    y: view.y(-spot.eye / spot.z) + 0.12 * scale * sin(seconds * 0.8),
    scale,
    reach: 3.3,
    low: -0.1,
    high: 6.8,
    depth: spot.z,
  };
  drawOutline(frame, outline, place, (px, y, out) => {
    const x = px - heel * y;
    if (y < 0.9 || abs(x) < 0.06) out.copy(hull);
    else out.copy(sail).scale(0.72 + 0.3 * saturate(0.5 + x * 0.3 * sign(light.azimuth)));
  });
};

/** A white lighthouse with two red bands and a lit lantern. */
export const drawLighthouse = (
  frame: Frame,
  brief: Brief,
  view: View,
  spot: { readonly x: number; readonly y: number; readonly z: number; readonly eye: number },
): void => {
  const scale = view.focal / spot.z;
  const { light } = brief;
  const shade = light.zenith.clone().mix(light.horizon, 0.5).scale(light.ambient);
  const side = sign(light.azimuth);
  const outline: Outline = (x, y) => {
    const tower = max(abs(x) - (1.35 - y * 0.05), y - 12.2, -y - 2);
    const gallery = max(abs(x) - 1.25, abs(y - 12.3) - 0.22);
    const lantern = max(abs(x) - 0.62, abs(y - 13.2) - 0.9);
    const dome = sqrt(x * x + (y - 14.1) * (y - 14.1)) - 0.72;
    return min(tower, gallery, lantern, dome);
  };
  const place = {
    x: view.x(spot.x / spot.z),
    y: view.y((spot.y - spot.eye) / spot.z),
    scale,
    reach: 2,
    low: -2,
    high: 15,
    depth: spot.z * 0.9,
  };
  drawOutline(frame, outline, place, (x, y, out) => {
    if (y > 12.5 && y < 13.9 && abs(x) < 0.55) {
      out.set(5, 3.6, 1.6);
      return;
    }
    const band = (y > 3 && y < 5.6) || (y > 8 && y < 10.4) || y > 12.1;
    const lit = saturate(0.5 + 0.42 * x * side);
    out.set(0.85, band ? 0.12 : 0.83, band ? 0.09 : 0.78).multiply(shade.clone().add(light.sun, 0.75 * lit));
  });
};
