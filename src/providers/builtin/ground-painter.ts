import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { type Ground, type GroundPoint } from './ground.js';
import { veilOf } from './light.js';
import { stage } from './progress.js';
import { clamp, mix } from './scalar.js';
import { type Sky } from './sky.js';
import { SunShadows } from './sun-shadows.js';

const { ceil, floor, log2, max, min, round, sqrt } = Math;

/** Steps from the camera to the far end at most; each is one or two rows of the picture on level ground. */
const MOST_STEPS = 1400;

/** Distances of the march: a row of level ground each, but never so wide that a far crest is stepped over. */
const distancesOf = (brief: Brief, view: View, ground: Ground): Float64Array => {
  const fineness = mix(2.8, 1.2, sqrt(brief.detail)) * max(1, view.height / 1100);
  const distances: number[] = [];
  for (let z = ground.near; z < ground.far && distances.length < MOST_STEPS;) {
    distances.push(z);
    const oneRow = (z * z) / (view.focal * max(0.5, ground.eye));
    z += clamp(oneRow * fineness, z * 0.003, z * mix(0.014, 0.007, sqrt(brief.detail)));
  }
  return Float64Array.from(distances);
};

/**
 * Draws a landscape column by column, from near to far, and keeps what rises over everything before it (the voxel-space method of
 * Comanche, 1992, with heights evaluated on the way instead of read from a map). Rows that an edge cuts are covered in part.
 */
export class GroundPainter {
  private readonly distances: Float64Array;
  private readonly octaves: Uint8Array;
  /** Row that nothing at a step's distance rises over. */
  private readonly ceilingRows: Float64Array;
  private readonly shadows: SunShadows;
  /** Heights of the evaluated columns on both sides of the traced one; NaN where nobody asked yet. */
  private left: Float64Array;
  private right: Float64Array;
  private leftColumn = NaN;
  private readonly stride: number;
  private readonly column: Float32Array;
  private readonly coverage: Float32Array;
  private readonly columnDepth: Float32Array;
  private readonly point: GroundPoint = { x: 0, y: 0, z: 0, nx: 0, ny: 1, nz: 0 };
  private readonly color = new Rgb();
  private readonly below = new Rgb();
  private readonly air = new Rgb();
  private readonly blend = new Rgb();
  private readonly ambient: Rgb;
  /** First row, from above, that is covered already; a fraction where an edge cuts the row. */
  private top = 0;
  private interrupted = true;

  constructor(
    private readonly brief: Brief,
    private readonly view: View,
    private readonly ground: Ground,
    private readonly sky: Sky,
  ) {
    this.distances = distancesOf(brief, view, ground);
    this.octaves = Uint8Array.from(this.distances, (z) => {
      const visible = log2((42 * view.focal) / (2.2 * z));
      return round(clamp(visible, 3, mix(4, 9, sqrt(brief.detail))));
    });
    this.ceilingRows = this.distances.map((z) => this.rowOf(ground.ceilingAt(z), z));
    this.shadows = new SunShadows(ground, brief.light, view.width, this.distances);
    this.stride = max(1, round((ground.stride * sqrt(view.width * view.height)) / 1024));
    this.left = new Float64Array(this.distances.length);
    this.right = new Float64Array(this.distances.length);
    this.column = new Float32Array(view.height * 3);
    this.coverage = new Float32Array(view.height);
    this.columnDepth = new Float32Array(view.height);
    this.ambient = brief.light.zenith.clone().mix(brief.light.middle, 0.5).scale(brief.light.ambient);
  }

  /** Draws all columns; `water` gets a 1 for every pixel that shows water, which stays unlit. Yields the share that is done. */
  *paint(frame: Frame, water: Uint8Array): Generator<number, void> {
    yield* stage(
      0,
      0.1,
      this.shadows.cast((x) => this.view.u(x)),
    );
    for (let x = 0; x < this.view.width; x += 1) {
      this.traceColumn(x, water);
      this.compose(frame, x, water);
      if (x % 24 === 23) yield 0.1 + (0.9 * x) / this.view.width;
    }
  }

  private traceColumn(x: number, water: Uint8Array): void {
    const { view, ground, distances, point } = this;
    const u = view.u(x);
    this.column.fill(0);
    this.coverage.fill(0);
    this.sky.air(u, this.air);
    this.top = view.height;
    this.interrupted = true;
    this.moveTo(x);
    const share = (x - this.leftColumn) / this.stride;
    const level = ground.waterLevel ?? -Infinity;
    if (ground.waterLevel !== null) this.coverWithWater(x, ground.near, water);
    let previous = NaN;
    let previousZ = 0;
    for (let k = 0; k < distances.length && this.top > 0; k += 1) {
      if ((this.ceilingRows[k] ?? 0) > this.top) continue;
      const z = distances[k] ?? 1;
      const left = this.heightAt(this.left, this.leftColumn, k);
      const rise = this.heightAt(this.right, this.leftColumn + this.stride, k) - left;
      const height = left + rise * share;
      if (height < level) this.coverWithWater(x, z, water);
      else if (this.rowOf(height, z) < this.top) {
        point.x = u * z;
        point.y = height;
        point.z = z;
        this.orient(rise / this.stride, height - previous, z - previousZ);
        this.shade(x, k);
        this.cover(this.rowOf(height, z), z);
      } else this.interrupted = true;
      previous = height;
      previousZ = z;
    }
  }

  /** Makes the evaluated columns those on both sides of a column. */
  private moveTo(x: number): void {
    const leftColumn = x - (x % this.stride);
    if (leftColumn === this.leftColumn) return;
    const reused = this.left;
    this.left = leftColumn === this.leftColumn + this.stride ? this.right : this.left.fill(NaN);
    this.right = this.left === reused ? this.right : reused;
    this.right.fill(NaN);
    this.leftColumn = leftColumn;
  }

  private heightAt(heights: Float64Array, x: number, step: number): number {
    const known = heights[step] ?? 0;
    if (!Number.isNaN(known)) return known;
    const z = this.distances[step] ?? 1;
    const height = this.ground.height(this.view.u(x) * z, z, this.octaves[step] ?? 4);
    heights[step] = height;
    return height;
  }

  private rowOf(height: number, z: number): number {
    return this.view.horizon - (this.view.focal * (height - this.ground.eye)) / z;
  }

  /** Sets the point's normal from the rise between two columns and since the step before; an unknown one counts as level. */
  private orient(riseX: number, riseZ: number, stride: number): void {
    const { point, view } = this;
    const slopeX = (riseX * view.focal) / point.z;
    const slopeZ = Number.isNaN(riseZ) ? 0 : riseZ / stride;
    const scale = 1 / sqrt(slopeX * slopeX + slopeZ * slopeZ + 1);
    point.nx = -slopeX * scale;
    point.ny = scale;
    point.nz = -slopeZ * scale;
  }

  /** Sun with shadow, light of the sky from above, a little light back from the ground; then the air in between. */
  private shade(x: number, step: number): void {
    const { point, color, blend, brief } = this;
    const { light } = brief;
    this.ground.albedo(point, color);
    const facing = point.nx * this.shadows.sunX + point.ny * this.shadows.sunY + point.nz * this.shadows.sunZ;
    const wrapped = max(0, (facing + light.softness * 0.25) / (1 + light.softness * 0.25));
    blend.copy(this.ambient).scale(0.35 + 0.65 * (0.5 + 0.5 * point.ny));
    blend.add(light.sun, wrapped * this.shadows.at(x, step));
    color.multiply(blend);
    this.veil(point.y, point.z);
  }

  /** Aerial perspective: far things fade into the colour of the air, low ones sooner. */
  private veil(height: number, z: number): void {
    this.color.mix(this.air, veilOf(this.brief.light, z / this.ground.far, height));
  }

  /** Covers all rows from `row` down to the top so far, with colours blended from the one below. */
  private cover(row: number, z: number): void {
    if (this.interrupted) this.below.copy(this.color);
    const start = max(0, row);
    const span = max(1e-3, this.top - row);
    const last = ceil(this.top) - 1;
    for (let y = floor(start); y <= last; y += 1) {
      const part = min(y + 1, this.top) - max(y, start);
      if (part <= 0) continue;
      const t = clamp((this.top - y - 0.5) / span, 0, 1);
      const at = y * 3;
      this.column[at] = (this.column[at] ?? 0) + mix(this.below.r, this.color.r, t) * part;
      this.column[at + 1] = (this.column[at + 1] ?? 0) + mix(this.below.g, this.color.g, t) * part;
      this.column[at + 2] = (this.column[at + 2] ?? 0) + mix(this.below.b, this.color.b, t) * part;
      this.coverage[y] = (this.coverage[y] ?? 0) + part;
      this.columnDepth[y] = z;
    }
    this.top = start;
    this.below.copy(this.color);
    this.interrupted = false;
  }

  private coverWithWater(x: number, z: number, water: Uint8Array): void {
    const row = max(0, this.rowOf(this.ground.waterLevel ?? 0, z));
    this.interrupted = true;
    if (row >= this.top) return;
    for (let y = floor(row); y < ceil(this.top); y += 1) {
      this.coverage[y] = (this.coverage[y] ?? 0) + min(y + 1, this.top) - max(y, row);
      this.columnDepth[y] = z;
      if (x >= 0) water[y * this.view.width + x] = 1;
    }
    this.top = row;
  }

  private compose(frame: Frame, x: number, water: Uint8Array): void {
    const { width, height } = frame;
    for (let y = floor(this.top); y < height; y += 1) {
      const open = 1 - min(1, this.coverage[y] ?? 0);
      const index = y * width + x;
      if (open < 0.5) frame.depth[index] = this.columnDepth[y] ?? 0;
      frame.cover(index, 1 - open);
      if (open <= 0 && water[index] === 1) continue;
      const at = index * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        frame.light[at + channel] = (frame.light[at + channel] ?? 0) * open + (this.column[y * 3 + channel] ?? 0);
      }
    }
  }
}
