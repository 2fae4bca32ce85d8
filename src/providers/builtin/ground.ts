import { type Rgb } from './color.js';

/** A point of the ground on its way to becoming a colour. World units; y is up, z leads away from the camera. */
export interface GroundPoint {
  x: number;
  y: number;
  z: number;
  /** Unit normal. */
  nx: number;
  ny: number;
  nz: number;
}

/** A landscape as a height over the plane, and what it is made of. */
export interface Ground {
  /** Nearest and farthest distance that is drawn; where there is water, everything nearer is open water. */
  readonly near: number;
  readonly far: number;
  /** Columns of the picture between two evaluations of the height: more for smooth ground. */
  readonly stride: number;
  /** Height of the water's surface; null for dry land. */
  readonly waterLevel: number | null;
  /** Height of the eye. */
  readonly eye: number;
  /** No point of the ground at this distance is higher; lets whole ranges be skipped behind a crest. */
  ceilingAt(z: number): number;
  /** Height at a place; `octaves` is the finest detail that can be seen from the camera. */
  height(x: number, z: number, octaves: number): number;
  /** Reflectance of a point. */
  albedo(point: GroundPoint, out: Rgb): void;
}
