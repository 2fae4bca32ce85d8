import { type ImageRequest } from '../image-provider.port.js';
import { type Random } from './random.js';

/** Where the subject stands and how much stands around it. */
export interface Composition {
  /** Place of the subject from the left, as a share of the width. */
  readonly x: number;
  /** Size of the subject; 1 is usual. */
  readonly scale: number;
  /** Amount of everything else; 1 is usual. */
  readonly density: number;
  /** Lean of lines and masses, -1 – 1. */
  readonly lean: number;
  /** Added to the camera's horizon. */
  readonly horizonShift: number;
}

/** The arrangement that `composition` asks for. */
export const compositionOf = (composition: ImageRequest['visual']['composition'], random: Random): Composition => {
  const side = random.chance(0.5) ? 1 : -1;
  switch (composition) {
    case 'rule-of-thirds':
      return { x: 0.5 + side / 6, scale: 1, density: 1, lean: 0, horizonShift: 0.07 };
    case 'centered':
      return { x: 0.5, scale: 1.15, density: 0.8, lean: 0, horizonShift: 0.03 };
    case 'dynamic':
      return { x: 0.5 + side * 0.21, scale: 1.3, density: 1.5, lean: side, horizonShift: 0.04 };
    case 'minimal':
      return { x: 0.5 + side * 0.12, scale: 0.58, density: 0.15, lean: 0, horizonShift: 0.14 };
    case undefined:
      return { x: 0.5 + side * random.between(0.04, 0.1), scale: 1, density: 1, lean: 0, horizonShift: 0 };
    default:
      return composition satisfies never;
  }
};
