import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { cellNoise, Random } from './random.js';
import { clamp, smoothstep } from './scalar.js';

const { abs, exp, floor, max, sqrt } = Math;

/** Side of a block with its streets, in metres. */
export const BLOCK = 17;

/** A part of a building: a box over the block's middle. */
export interface Tier {
  readonly x0: number;
  readonly x1: number;
  readonly z0: number;
  readonly z1: number;
  /** Lower and upper edge. */
  readonly y0: number;
  readonly y1: number;
}

export interface Building {
  readonly tiers: readonly Tier[];
  readonly seed: number;
}

/** A town on a grid: towers around a centre, lower houses outwards; seen over water or from the middle of a street. */
export class CityPlan {
  readonly eye: number;
  readonly far: number;
  /** Where the town begins; everything nearer is water or, in a street, the open road. */
  readonly shore: number;
  readonly street: boolean;
  /** No roof is higher. */
  readonly tallest: number;
  private readonly seed: number;
  private readonly centre: { readonly x: number; readonly z: number };
  private readonly height: number;
  private readonly amount: number;
  private readonly buildings = new Map<number, Building | null>();

  constructor(brief: Brief, view: View) {
    const { camera, composition } = brief;
    const random = Random.of(brief.seed, 'city');
    this.seed = brief.seed;
    this.street = /\b(street|alley|road|avenue|traffic|crosswalk)/i.test(brief.request.prompt);
    const back = max(0.75, sqrt(camera.focal / 0.85));
    this.shore = this.street ? 6 : random.between(250, 310) * back;
    const usual = this.street ? 2.4 * camera.height : 4 * camera.height;
    this.eye = camera.height > 8 ? 190 : camera.height > 2 ? 70 : usual;
    this.far = 1500 * back;
    const centreZ = this.street ? 260 : this.shore + 150 * back;
    this.centre = { x: this.street ? 0 : view.u(composition.x * view.width) * centreZ, z: centreZ };
    this.height = random.between(130, 185) * composition.scale * back;
    this.amount = clamp(composition.density, 0.4, 1);
    this.tallest = this.height * 1.5 + 45;
  }

  /** The building on a block; null where there is none. */
  at(column: number, row: number): Building | null {
    const key = (column + 2048) * 4096 + row;
    const known = this.buildings.get(key);
    if (known !== undefined) return known;
    const built = this.build(column, row);
    this.buildings.set(key, built);
    return built;
  }

  private build(column: number, row: number): Building | null {
    const middleX = (column + 0.5) * BLOCK;
    const middleZ = (row + 0.5) * BLOCK;
    const chance = cellNoise(column, row, this.seed + 3);
    if (middleZ < this.shore + BLOCK / 2 || chance > 0.93 * this.amount + 0.03) return null;
    if (this.street && abs(middleX) < BLOCK * 0.9) return null;
    const dx = (middleX - this.centre.x) / (this.street ? 300 : 230);
    const dz = (middleZ - this.centre.z) / 230;
    const downtown = exp(-(dx * dx + dz * dz));
    const tall = cellNoise(column, row, this.seed + 7);
    const total = 9 + 22 * tall + this.height * downtown * (0.1 + 1.25 * tall * tall * tall) + (this.street ? 18 : 0);
    return {
      tiers: this.tiersOf(middleX, middleZ, total, cellNoise(column, row, this.seed + 11)),
      seed: floor(tall * 1e6),
    };
  }

  /** One box for houses; towers step back once or twice and may carry a mast. */
  private tiersOf(x: number, z: number, total: number, shape: number): readonly Tier[] {
    const half = BLOCK * (0.33 + 0.11 * shape);
    const box = (size: number, y0: number, y1: number): Tier => ({
      x0: x - size,
      x1: x + size,
      z0: z - size,
      z1: z + size,
      y0,
      y1,
    });
    if (total < 42 || shape < 0.3) return [box(half, 0, total)];
    const first = total * (0.5 + 0.3 * shape);
    const tiers = [box(half, 0, first), box(half * 0.74, first, total)];
    if (shape > 0.55) tiers.push(box(half * 0.42, total, total * 1.1));
    if (shape > 0.62) tiers.push(box(0.35, total * 1.1, total * (1.1 + 0.28 * smoothstep(0.62, 1, shape))));
    return tiers;
  }
}
