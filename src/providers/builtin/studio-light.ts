import { type Brief } from './brief.js';
import { Rgb } from './color.js';

const { sqrt } = Math;

/** The lamps of a studio: a key light, a fill from everywhere, a rim from behind, and the wall. */
export interface StudioLight {
  /** Direction to the key light as a unit vector: right, up, towards the viewer. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly key: Rgb;
  readonly fill: Rgb;
  readonly rim: Rgb;
  /** Brightness of the wall behind, 1 is paper in the key light. */
  readonly wall: number;
  /** Size of the key light, 0 (a bulb) – 1 (a window). */
  readonly size: number;
}

interface Lamps {
  readonly direction: readonly [number, number, number];
  readonly key: Rgb;
  readonly fill: number;
  readonly rim: number;
  readonly wall: number;
  readonly size: number;
}

const WARM = new Rgb(1.9, 1.05, 0.5);

const LAMPS: Readonly<Record<NonNullable<Brief['request']['visual']['lighting']> | 'usual', Lamps>> = {
  usual: { direction: [0.75, 0.6, 0.55], key: new Rgb(1.4, 1.26, 1.1), fill: 0.26, rim: 0.5, wall: 0.45, size: 0.5 },
  natural: { direction: [1, 0.35, 0.6], key: new Rgb(1.22, 1.24, 1.26), fill: 0.36, rim: 0.15, wall: 0.6, size: 0.8 },
  studio: { direction: [0.45, 0.7, 0.85], key: new Rgb(1.45, 1.42, 1.4), fill: 0.42, rim: 0.9, wall: 0.95, size: 0.7 },
  dramatic: { direction: [1, 0.4, 0.02], key: new Rgb(1.75, 1.6, 1.45), fill: 0.035, rim: 0.7, wall: 0.05, size: 0.15 },
  'golden-hour': { direction: [0.95, 0.25, 0.12], key: WARM, fill: 0.2, rim: 1.3, wall: 0.55, size: 0.35 },
  soft: { direction: [0.3, 0.6, 0.9], key: new Rgb(0.85, 0.84, 0.83), fill: 0.75, rim: 0.05, wall: 0.85, size: 1 },
  hard: { direction: [0.7, 0.85, 0.45], key: new Rgb(2, 1.95, 1.85), fill: 0.09, rim: 0.1, wall: 0.62, size: 0 },
};

/** How a lighting is set up indoors. */
export const studioLightOf = (brief: Brief): StudioLight => {
  const lighting = brief.request.visual.lighting;
  const lamps = LAMPS[lighting ?? (brief.light.night ? 'dramatic' : 'usual')];
  const side = brief.light.azimuth < 0 ? -1 : 1;
  const [x, y, z] = lamps.direction;
  const length = sqrt(x * x + y * y + z * z);
  const warm = lighting === 'golden-hour' || brief.reading.time === 'sunset';
  return {
    x: (side * x) / length,
    y: y / length,
    z: z / length,
    key: lamps.key.clone(),
    fill: new Rgb(0.92, 0.97, 1.08).scale(lamps.fill),
    rim: warm ? WARM.clone().scale(lamps.rim) : new Rgb(0.9, 0.95, 1.1).scale(lamps.rim),
    wall: lamps.wall,
    size: lamps.size,
  };
};
