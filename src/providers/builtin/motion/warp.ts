import { type CoarseMap } from '../coarse-map.js';
import { type Frame } from '../frame.js';
import { clamp, mix } from '../scalar.js';
import { type Pose } from './camera-path.js';

const { ceil, cos, min, sin, sqrt } = Math;

/** Pixels of the output between two points whose place in the base is computed. */
const CELL = 8;

/** One channel between a pixel and its right neighbour. */
const between = (light: Float32Array, at: number, t: number): number => mix(light[at] ?? 0, light[at + 3] ?? 0, t);

/**
 * Sees a painted base from a camera that moves: zoom, pan and roll of the whole, and parallax by nearness. The base is resampled
 * (bilinear) along a grid of bent cells, so that a detail keeps its look from frame to frame where painting anew would let it flicker.
 */
export class Warp {
  private readonly columns: number;
  private readonly sample = new Float64Array(1);
  /** Places in the base of the grid's row above and below: x and y by turns. */
  private above: Float64Array;
  private below: Float64Array;
  private readonly line: Float64Array;

  /**
   * @param base size of the base
   * @param out size of the output
   * @param nearness of the base
   * @param roll of the scene's own camera, which the output undoes, in radians
   */
  constructor(
    private readonly base: { readonly width: number; readonly height: number; readonly overscan: number },
    private readonly out: { readonly width: number; readonly height: number },
    private readonly nearness: CoarseMap,
    private readonly roll: number,
  ) {
    this.columns = ceil(out.width / CELL) + 1;
    this.above = new Float64Array(this.columns * 2);
    this.below = new Float64Array(this.columns * 2);
    this.line = new Float64Array(this.columns * 2);
  }

  /** Fills `to` with what the camera sees of `from`; yields the share that is done. */
  *see(from: Frame, pose: Pose, to: Frame): Generator<number, void> {
    this.place(0, pose, this.above);
    for (let top = 0; top < to.height; top += CELL) {
      this.place(top + CELL, pose, this.below);
      const bottom = min(to.height, top + CELL);
      for (let y = top; y < bottom; y += 1) {
        const t = (y - top) / CELL;
        for (let at = 0; at < this.line.length; at += 1)
          this.line[at] = mix(this.above[at] ?? 0, this.below[at] ?? 0, t);
        this.fillRow(from, to, y);
      }
      [this.above, this.below] = [this.below, this.above];
      yield bottom / to.height;
    }
  }

  /** Where a far point of the base appears in the output, in pixels. */
  project(x: number, y: number, pose: Pose): { readonly x: number; readonly y: number } {
    const { scale, along, across, panX, panY } = this.optics(pose);
    const dx = (x - this.base.width / 2 - panX) / scale;
    const dy = (y - this.base.height / 2 - panY) / scale;
    return {
      x: this.out.width / 2 + dx * along + dy * across,
      y: this.out.height / 2 - dx * across + dy * along,
    };
  }

  private optics(pose: Pose): {
    readonly scale: number;
    readonly along: number;
    readonly across: number;
    readonly unit: number;
    readonly panX: number;
    readonly panY: number;
  } {
    const unit = sqrt(this.out.width * this.out.height) * this.base.overscan;
    const angle = this.roll + pose.roll;
    return {
      scale: this.base.overscan / pose.zoom,
      along: cos(angle),
      across: sin(angle),
      unit,
      panX: pose.panX * this.base.width,
      panY: pose.panY * this.base.height,
    };
  }

  /** Finds the places in the base for a row of grid points, by iteration: what is seen there says how far it moved. */
  private place(y: number, pose: Pose, row: Float64Array): void {
    const { scale, along, across, unit, panX, panY } = this.optics(pose);
    const middleX = this.base.width / 2;
    const middleY = this.base.height / 2;
    const dy = y + 0.5 - this.out.height / 2;
    for (let column = 0; column < this.columns; column += 1) {
      const dx = column * CELL + 0.5 - this.out.width / 2;
      const farX = scale * (dx * along - dy * across) + panX;
      const farY = scale * (dx * across + dy * along) + panY;
      let x = farX;
      let towardsY = farY;
      for (let step = 0; step < 3; step += 1) {
        this.nearness.read(middleX + x, middleY + towardsY, this.sample);
        const near = this.sample[0] ?? 0;
        const growth = 1 / (1 + pose.dolly * near);
        x = (farX - pose.truckX * unit * near) * growth;
        towardsY = (farY - pose.truckY * unit * near) * growth;
      }
      row[column * 2] = middleX + x - 0.5;
      row[column * 2 + 1] = middleY + towardsY - 0.5;
    }
  }

  private fillRow(from: Frame, to: Frame, y: number): void {
    const right = from.width - 1.001;
    const bottom = from.height - 1.001;
    const stride = from.width * 3;
    const { light } = from;
    const target = to.light;
    let at = y * to.width * 3;
    for (let x = 0; x < to.width; x += 1) {
      const t = (x % CELL) / CELL;
      const cell = ((x / CELL) | 0) * 2;
      const fx = clamp(mix(this.line[cell] ?? 0, this.line[cell + 2] ?? 0, t), 0, right);
      const fy = clamp(mix(this.line[cell + 1] ?? 0, this.line[cell + 3] ?? 0, t), 0, bottom);
      const ix = fx | 0;
      const iy = fy | 0;
      const tx = fx - ix;
      const ty = fy - iy;
      const upper = iy * stride + ix * 3;
      const lower = upper + stride;
      for (let channel = 0; channel < 3; channel += 1) {
        target[at] = mix(between(light, upper + channel, tx), between(light, lower + channel, tx), ty);
        at += 1;
      }
    }
  }
}
