import { type Light } from './light.js';
import { type Ground } from './ground.js';
import { mix, saturate } from './scalar.js';

const { abs, ceil, cos, max, min, sign, sin } = Math;

/** Every sixteenth column and every sixth step is enough: shadow edges on land are soft and far away. */
const COLUMNS = 16;
const STEPS = 6;

/** How much of the sun reaches the ground, on a coarse grid of picture columns and distances. */
export class SunShadows {
  private readonly open: Float32Array;
  private readonly columns: number;
  private readonly rows: number;
  readonly sunX: number;
  readonly sunY: number;
  readonly sunZ: number;

  constructor(
    private readonly ground: Ground,
    private readonly light: Light,
    width: number,
    private readonly distances: Float64Array,
  ) {
    // A low sun in the picture would leave all that faces the camera in shadow; painters let it shine from the side, and so does this.
    const azimuth = sign(light.azimuth) * max(abs(light.azimuth), 1.05);
    const elevation = max(light.elevation, 0.16);
    this.sunX = sin(azimuth) * cos(elevation);
    this.sunY = sin(elevation);
    this.sunZ = cos(azimuth) * cos(elevation);
    this.columns = ceil(width / COLUMNS) + 2;
    this.rows = ceil(distances.length / STEPS) + 2;
    this.open = new Float32Array(this.columns * this.rows);
  }

  /** Fills the grid; `u` gives the tangent of a column's horizontal angle. Yields the share that is done. */
  *cast(u: (x: number) => number): Generator<number, void> {
    const last = this.distances.length - 1;
    for (let i = 0; i < this.columns; i += 1) {
      const tangent = u(i * COLUMNS);
      for (let j = 0; j < this.rows; j += 1) {
        const z = this.distances[min(last, j * STEPS)] ?? 1;
        this.open[i * this.rows + j] = this.march(tangent * z, z);
      }
      if (i % 8 === 7) yield i / this.columns;
    }
  }

  /** 0 in shadow – 1 in the sun, for a column of the picture and a step of the march. */
  at(x: number, step: number): number {
    const ix = (x / COLUMNS) | 0;
    const iy = (step / STEPS) | 0;
    const tx = x / COLUMNS - ix;
    const ty = step / STEPS - iy;
    const a = ix * this.rows + iy;
    const b = a + this.rows;
    const near = mix(this.open[a] ?? 1, this.open[b] ?? 1, tx);
    return mix(near, mix(this.open[a + 1] ?? 1, this.open[b + 1] ?? 1, tx), ty);
  }

  /** Walks towards the sun in growing strides; a narrow miss is half a shadow. */
  private march(x: number, z: number): number {
    const start = this.ground.height(x, z, 3) + 0.012 * z;
    const sharpness = mix(16, 4, this.light.softness);
    let open = 1;
    let distance = 0.02 * z + 0.5;
    for (let step = 0; step < 8 && open > 0; step += 1) {
      const height = start + this.sunY * distance;
      const clearance = height - this.ground.height(x + this.sunX * distance, z + this.sunZ * distance, 3);
      open = min(open, 0.5 + (sharpness * clearance) / distance);
      distance *= 1.7;
    }
    return saturate(open);
  }
}
