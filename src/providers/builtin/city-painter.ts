import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { BLOCK, type CityPlan, type Tier } from './city-plan.js';
import { Rgb } from './color.js';
import { Facades, type WallColumn } from './facades.js';
import { type Frame } from './frame.js';
import { veilOf } from './light.js';
import { cellNoise } from './random.js';
import { type Sky } from './sky.js';

const { floor, max, min } = Math;

/** Where a column's line of sight enters and leaves a box, and by which face. */
interface Crossing {
  enter: number;
  leave: number;
  side: number;
}

/** Traces each column of the picture through the blocks (Amanatides & Woo 1987): walls and roofs, from near to far. */
export class CityPainter {
  private readonly facades: Facades;
  private readonly column: Float32Array;
  private readonly coverage: Float32Array;
  private readonly columnDepth: Float32Array;
  private readonly crossing: Crossing = { enter: 0, leave: 0, side: 0 };
  private readonly wall: WallColumn = { along: 0, distance: 1, side: 0, seed: 0 };
  private readonly color = new Rgb();
  private readonly air = new Rgb();
  private readonly roof: Rgb;
  private readonly road: Rgb;
  private top = 0;

  constructor(
    brief: Brief,
    private readonly view: View,
    private readonly plan: CityPlan,
    private readonly sky: Sky,
  ) {
    this.facades = new Facades(brief, sky, view.focal, plan.far);
    this.column = new Float32Array(view.height * 3);
    this.coverage = new Float32Array(view.height);
    this.columnDepth = new Float32Array(view.height);
    this.light = brief.light;
    const day = brief.light.zenith.clone().mix(brief.light.horizon, 0.5).scale(brief.light.ambient);
    this.roof = new Rgb(0.3, 0.3, 0.31).multiply(day.clone().add(brief.light.sun, 0.6));
    this.road = new Rgb(0.1, 0.1, 0.11)
      .multiply(day.clone().add(brief.light.sun, 0.25))
      .add(new Rgb(0.9, 0.6, 0.3), brief.light.night ? 0.03 : 0);
  }

  private readonly light: Brief['light'];

  *paint(frame: Frame, water: Uint8Array): Generator<number, void> {
    for (let x = 0; x < this.view.width; x += 1) {
      this.column.fill(0);
      this.coverage.fill(0);
      this.top = this.view.height;
      this.trace(x, water);
      this.compose(frame, x);
      if (x % 24 === 23) yield x / this.view.width;
    }
  }

  private trace(x: number, water: Uint8Array): void {
    const { plan, view } = this;
    const u = view.u(x);
    this.coverGround(x, plan.shore, water, true);
    let z = plan.shore;
    while (z < plan.far && this.top > 0) {
      if (this.rowOf(plan.tallest, z) > this.top) return;
      const column = floor((u * z) / BLOCK);
      const row = floor(z / BLOCK);
      const building = plan.at(column, row);
      if (building !== null) for (const tier of building.tiers) this.traceTier(u, tier, building.seed);
      z = this.nextBlock(u, column, row, z);
      this.coverGround(x, z, water, plan.street);
    }
    this.coverGround(x, 1e5, water, plan.street);
  }

  /** Distance at which the line of sight leaves a block. */
  private nextBlock(u: number, column: number, row: number, z: number): number {
    const byRow = (row + 1) * BLOCK;
    const byColumn = u === 0 ? Infinity : ((u > 0 ? column + 1 : column) * BLOCK) / u;
    return max(z + 1e-4, min(byRow, byColumn) + 1e-4);
  }

  private traceTier(u: number, tier: Tier, seed: number): void {
    if (!this.cross(u, tier)) return;
    const { wall, crossing } = this;
    wall.distance = crossing.enter;
    wall.side = crossing.side;
    wall.seed = seed;
    wall.along = crossing.side === 0 ? u * crossing.enter : crossing.enter;
    const roofRow = this.rowOf(tier.y1, crossing.enter);
    if (roofRow < this.top) {
      this.facades.enter(wall);
      for (let y = max(0, floor(roofRow)); y < min(this.view.height, this.top); y += 1) {
        const height = this.plan.eye + ((this.view.horizon - y - 0.5) / this.view.focal) * crossing.enter;
        if (height < tier.y0 - 1) continue;
        this.facades.color(height, this.color);
        this.cover(y, max(roofRow, y), crossing.enter);
      }
      this.top = max(0, roofRow);
    }
    if (this.plan.eye > tier.y1) this.coverRoof(tier, seed);
  }

  private coverRoof(tier: Tier, seed: number): void {
    const row = max(0, this.rowOf(tier.y1, this.crossing.leave));
    this.color.copy(this.roof).scale(0.7 + 0.6 * cellNoise(seed, 1, 3));
    this.color.mix(this.sky.air(0, this.air), veilOf(this.light, this.crossing.enter / this.plan.far, tier.y1 * 0.4));
    for (let y = floor(row); y < this.top; y += 1) this.cover(y, max(row, y), this.crossing.enter);
    this.top = min(this.top, row);
  }

  private cross(u: number, tier: Tier): boolean {
    let enterX = -Infinity;
    let leaveX = Infinity;
    if (u > 0) {
      enterX = tier.x0 / u;
      leaveX = tier.x1 / u;
    } else if (u < 0) {
      enterX = tier.x1 / u;
      leaveX = tier.x0 / u;
    } else if (tier.x0 > 0 || tier.x1 < 0) return false;
    const { crossing } = this;
    crossing.enter = max(enterX, tier.z0);
    crossing.leave = min(leaveX, tier.z1);
    crossing.side = enterX > tier.z0 ? (u > 0 ? -1 : 1) : 0;
    return crossing.enter < crossing.leave && crossing.enter > 1;
  }

  /** Ground up to a distance: a mirror of water or wet road, or dry streets. */
  private coverGround(x: number, z: number, water: Uint8Array, mirror: boolean): void {
    const row = max(0, this.rowOf(0, z));
    if (row >= this.top) return;
    this.color.copy(this.road).mix(this.sky.air(0, this.air), veilOf(this.light, min(3, z / this.plan.far), 0));
    for (let y = floor(row); y < this.top; y += 1) {
      if (mirror) water[y * this.view.width + x] = 1;
      this.cover(y, max(row, y), z);
    }
    this.top = row;
  }

  private rowOf(height: number, z: number): number {
    return this.view.horizon - (this.view.focal * (height - this.plan.eye)) / z;
  }

  /** Covers the part of a row between `from` and what is covered already. */
  private cover(y: number, from: number, depth: number): void {
    const part = min(y + 1, this.top) - from;
    if (part <= 0) return;
    const at = y * 3;
    this.column[at] = (this.column[at] ?? 0) + this.color.r * part;
    this.column[at + 1] = (this.column[at + 1] ?? 0) + this.color.g * part;
    this.column[at + 2] = (this.column[at + 2] ?? 0) + this.color.b * part;
    this.coverage[y] = (this.coverage[y] ?? 0) + part;
    this.columnDepth[y] = depth;
  }

  private compose(frame: Frame, x: number): void {
    for (let y = floor(this.top); y < frame.height; y += 1) {
      const open = 1 - min(1, this.coverage[y] ?? 0);
      const index = y * frame.width + x;
      const at = index * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        frame.light[at + channel] = (frame.light[at + channel] ?? 0) * open + (this.column[y * 3 + channel] ?? 0);
      }
      if (open < 0.5) frame.depth[index] = this.columnDepth[y] ?? 0;
      frame.cover(index, 1 - open);
    }
  }
}
