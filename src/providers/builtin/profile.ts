import { type Brief, has } from './brief.js';
import { Random } from './random.js';
import { smoothMin } from './scalar.js';

const { abs, exp, max, min, sin, sqrt } = Math;

export type Point = readonly [x: number, y: number];

/** A face from the side, looking right: from the crown over brow, nose, lips, chin and chest, and back over nape and skull. Chin 0, crown 1. */
const PROFILE: readonly Point[] = [
  [0.02, 1],
  [0.16, 0.982],
  [0.275, 0.925],
  [0.345, 0.845],
  [0.382, 0.755],
  [0.39, 0.69],
  [0.398, 0.645],
  [0.384, 0.605],
  [0.402, 0.56],
  [0.437, 0.5],
  [0.476, 0.438],
  [0.482, 0.415],
  [0.462, 0.394],
  [0.418, 0.376],
  [0.412, 0.352],
  [0.428, 0.322],
  [0.44, 0.302],
  [0.432, 0.287],
  [0.412, 0.277],
  [0.428, 0.262],
  [0.43, 0.24],
  [0.405, 0.21],
  [0.396, 0.188],
  [0.408, 0.15],
  [0.412, 0.105],
  [0.395, 0.06],
  [0.35, 0.022],
  [0.28, 0.006],
  [0.19, -0.012],
  [0.135, -0.05],
  [0.112, -0.13],
  [0.115, -0.23],
  [0.15, -0.33],
  [0.24, -0.42],
  [0.38, -0.52],
  [0.5, -0.68],
  [0.56, -0.9],
  [0.58, -1.5],
  [-0.98, -1.5],
  [-0.95, -0.9],
  [-0.86, -0.66],
  [-0.68, -0.5],
  [-0.48, -0.41],
  [-0.35, -0.31],
  [-0.285, -0.17],
  [-0.27, -0.02],
  [-0.31, 0.12],
  [-0.385, 0.27],
  [-0.44, 0.42],
  [-0.455, 0.57],
  [-0.43, 0.73],
  [-0.355, 0.87],
  [-0.22, 0.96],
  [-0.09, 0.995],
];

/** Points between the given ones, on the smooth closed curve through them (Catmull–Rom). */
const smoothClosed = (points: readonly Point[], between: number): readonly Point[] => {
  const all: Point[] = [];
  const at = (index: number): Point => points[(index + points.length) % points.length] ?? [0, 0];
  for (let index = 0; index < points.length; index += 1) {
    const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < between; step += 1) {
      const t = step / between;
      all.push([spline(t, [a[0], b[0], c[0], d[0]]), spline(t, [a[1], b[1], c[1], d[1]])]);
    }
  }
  return all;
};

const spline = (t: number, [a, b, c, d]: readonly [number, number, number, number]): number =>
  0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);

/** How far inside of a closed polygon a point lies; negative outside. */
const insidePolygon = (x: number, y: number, polygon: readonly Point[]): number => {
  let nearest = Infinity;
  let inside = false;
  let previous = polygon[polygon.length - 1] ?? [0, 0];
  for (const point of polygon) {
    const ex = point[0] - previous[0];
    const ey = point[1] - previous[1];
    const px = x - previous[0];
    const py = y - previous[1];
    const t = max(0, min(1, (px * ex + py * ey) / (ex * ex + ey * ey)));
    const dx = px - ex * t;
    const dy = py - ey * t;
    nearest = min(nearest, dx * dx + dy * dy);
    if (point[1] > y !== previous[1] > y && x < previous[0] + (ex * (y - previous[1])) / ey) inside = !inside;
    previous = point;
  }
  return inside ? sqrt(nearest) : -sqrt(nearest);
};

const circle = (x: number, y: number, at: Point, radius: number): number =>
  radius - sqrt((x - at[0]) ** 2 + (y - at[1]) ** 2);

/** The outline of one person: the profile with small differences from the seed, and a way to wear the hair. */
export class ProfileOutline {
  private readonly polygon: readonly Point[];
  private readonly hair: 'short' | 'bun' | 'long' | 'ponytail';

  constructor(brief: Brief) {
    const random = Random.of(brief.seed, 'profile');
    const { prompt } = brief.request;
    const nose = random.between(-0.012, 0.014);
    const chin = random.between(-0.014, 0.014);
    const broad = /\b(man|king|warrior|knight|soldier|samurai|gentleman|wizard)\b/i.test(prompt);
    const points = PROFILE.map(([x, y]): Point => {
      const noseShare = exp(-(((y - 0.44) / 0.06) ** 2)) * (x > 0.3 ? 1 : 0);
      const chinShare = exp(-(((y - 0.08) / 0.07) ** 2)) * (x > 0.3 ? 1 : 0);
      const neck = broad && y < 0.05 && y > -0.45 ? (x > 0 ? 0.035 : -0.05) : 0;
      return [x + nose * noseShare + (chin + (broad ? 0.012 : 0)) * chinShare + neck, y];
    });
    this.polygon = smoothClosed(points, 4);
    const bald = /statue|marble|mannequin|monk|sculpture/i.test(prompt);
    this.hair = broad || bald ? 'short' : has(brief, 'hair', 0.5) ? random.pick('bun', 'long', 'ponytail') : 'short';
  }

  /** How far inside of the figure a point is, in heights of the head; negative outside. */
  inside(x: number, y: number): number {
    const body = insidePolygon(x, y, this.polygon);
    switch (this.hair) {
      case 'short':
        return body;
      case 'bun':
        return max(body, circle(x, y, [-0.43, 0.85], 0.175), circle(x, y, [-0.07, 0.6], 0.44));
      case 'long': {
        const wave = 0.03 * sin(y * 9 + 1) + 0.012 * sin(y * 23);
        const fall = min(0.235 + wave - abs(x + 0.36 + 0.05 * y), y + 0.62 + 0.5 * (x + 0.4) ** 2, 0.42 - y);
        return -smoothMin(-body, smoothMin(-fall, -circle(x, y, [-0.07, 0.58], 0.46), 0.09), 0.05);
      }
      case 'ponytail': {
        const spine = -0.5 - 0.2 * sin((0.82 - y) * 2.1);
        const tail = min(0.11 - abs(x - spine) * 0.9 + 0.05 * sin((0.8 - y) * 3), 0.86 - y, y + 0.12);
        return max(body, tail, circle(x, y, [-0.07, 0.59], 0.445), circle(x, y, [-0.47, 0.8], 0.09));
      }
      default:
        return this.hair satisfies never;
    }
  }
}
