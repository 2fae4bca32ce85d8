import { clamp, saturate, smoothstep } from './scalar.js';

const { PI, abs, exp, max, min, sin, sqrt } = Math;

/** Rows of a profile's table. */
const ROWS = 512;

/** Radius over height, both in units of the body's height; t runs from the foot (0) to the top (1). */
export type Profile = (t: number) => number;

const round = (t: number, middle: number, half: number): number => sqrt(max(0, 1 - ((t - middle) / half) ** 2));

/** Outlines of things that a potter, a glass-blower or a tree makes. */
export const PROFILES = {
  vase: (t) =>
    0.16 + 0.17 * exp(-(((t - 0.36) / 0.24) ** 2)) - 0.075 * smoothstep(0.55, 0.8, t) + 0.06 * smoothstep(0.82, 1, t),
  amphora: (t) => 0.1 + 0.24 * sin(PI * min(1, t * 1.18)) ** 0.8 * (1 - 0.35 * t) + 0.05 * smoothstep(0.9, 1, t),
  bottle: (t) =>
    (t < 0.58 ? 0.165 : 0.165 - 0.115 * smoothstep(0.58, 0.74, t)) +
    (t > 0.93 ? 0.014 : 0) -
    0.03 * smoothstep(0.03, 0, t),
  flacon: (t) => (t < 0.66 ? 0.3 * round(t, 0.33, 0.36) ** 0.28 : t < 0.74 ? 0.075 : 0.125),
  bowl: (t) => 0.34 + 0.62 * sqrt(saturate(t * 1.02)) - 0.1 * smoothstep(0.1, 0, t),
  cup: (t) => 0.36 + 0.16 * sqrt(t) - 0.06 * smoothstep(0.08, 0, t),
  candle: () => 0.17,
  sphere: (t) => 0.5 * round(t, 0.5, 0.5),
  apple: (t) => 0.56 * round(t, 0.46, 0.55) ** 0.85 * (0.93 + 0.1 * t),
  pear: (t) =>
    0.33 * round(t, 0.3, 0.33) * smoothstep(0.72, 0.3, t) + 0.16 * round(t, 0.58, 0.42) * smoothstep(0.25, 0.6, t),
  lemon: (t) => 0.42 * round(t, 0.5, 0.46) ** 1.25 + 0.05 * round(t, 0.5, 0.5),
} as const satisfies Readonly<Record<string, Profile>>;
export type ProfileName = keyof typeof PROFILES;

/** Where a line of sight meets a body. */
export class Hit {
  distance = 0;
  y = 0;
  /** Distance from the axis. */
  radius = 0;
  nx = 0;
  ny = 0;
  nz = 0;

  copy(other: Hit): void {
    this.distance = other.distance;
    this.y = other.y;
    this.radius = other.radius;
    this.nx = other.nx;
    this.ny = other.ny;
    this.nz = other.nz;
  }
}

/** A line in a plane of constant x: a point and a direction of the length 1. */
export interface Line {
  y: number;
  z: number;
  readonly dy: number;
  readonly dz: number;
}

/** A body of revolution around an upright axis that stands on the table at (x, z). */
export class Revolved {
  private readonly radius = new Float64Array(ROWS + 1);
  /** Largest radius. */
  readonly widest: number;

  constructor(
    profile: Profile,
    readonly x: number,
    readonly z: number,
    readonly height: number,
  ) {
    let widest = 0;
    for (let row = 0; row <= ROWS; row += 1) {
      const radius = max(0, profile(row / ROWS)) * height;
      this.radius[row] = radius;
      widest = max(widest, radius);
    }
    this.widest = widest;
  }

  radiusAt(y: number): number {
    return this.radius[clamp((y / this.height) * ROWS, 0, ROWS) | 0] ?? 0;
  }

  /**
   * First meeting of a line in the plane of x with the body, in `hit`; false where it passes by. The line runs through a vertical
   * slice of the body, where steps as long as the distance to the outline cannot overshoot it by much (sphere tracing, Hart 1996).
   */
  meet(x: number, line: Line, hit: Hit): boolean {
    const across = x - this.x;
    if (abs(across) > this.widest) return false;
    const middle = (this.z - line.z) * line.dz + (this.height / 2 - line.y) * line.dy;
    const missY = line.y + line.dy * middle - this.height / 2;
    const missZ = line.z + line.dz * middle - this.z;
    const reach = sqrt(this.height * this.height * 0.25 + this.widest * this.widest);
    const miss = missY * missY + missZ * missZ;
    if (miss > reach * reach) return false;
    const half = sqrt(reach * reach - miss);
    let outer = max(0, middle - half);
    let s = outer;
    while (s < middle + half) {
      const gap = this.gap(across, line.y + line.dy * s, line.z + line.dz * s);
      if (gap <= 0) {
        this.refine(across, line, { outer, inner: s }, hit);
        return true;
      }
      outer = s;
      s += max(0.016, gap * 0.75);
    }
    return false;
  }

  /** How far a point is outside: by radius beside the body, by height over or under it. */
  private gap(across: number, y: number, z: number): number {
    const beyond = max(-y, y - this.height);
    const deep = z - this.z;
    const sideways = sqrt(across * across + deep * deep) - this.radiusAt(y);
    return max(beyond, sideways);
  }

  private refine(
    across: number,
    line: Line,
    bounds: { readonly outer: number; readonly inner: number },
    hit: Hit,
  ): void {
    let low = bounds.outer;
    let high = bounds.inner;
    for (let halving = 0; halving < 7; halving += 1) {
      const middle = (low + high) / 2;
      if (this.gap(across, line.y + line.dy * middle, line.z + line.dz * middle) > 0) low = middle;
      else high = middle;
    }
    hit.distance = high;
    hit.y = line.y + line.dy * high;
    const deep = line.z + line.dz * high - this.z;
    const span = this.height / 128;
    hit.radius = sqrt(across * across + deep * deep);
    if (hit.y > this.height * 0.996 && hit.radius < this.radiusAt(this.height) * 0.985) {
      hit.nx = 0;
      hit.ny = 1;
      hit.nz = 0;
      return;
    }
    const slope = (this.radiusAt(hit.y + span) - this.radiusAt(hit.y - span)) / (2 * span);
    const length = max(1e-9, hit.radius);
    const scale = 1 / sqrt(1 + slope * slope);
    hit.nx = (across / length) * scale;
    hit.ny = -slope * scale;
    hit.nz = (deep / length) * scale;
  }
}
