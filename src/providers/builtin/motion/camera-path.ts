import { type VideoOrder } from '../../image-provider.port.js';
import { noise2 } from '../noise.js';
import { Random } from '../random.js';
import { clamp, mix, saturate, smoothstep } from '../scalar.js';

const { PI, min, sin } = Math;

/** Where the camera is at a moment. */
export interface Pose {
  /** Magnification; 1 shows all that was painted. */
  readonly zoom: number;
  /** By how much the picture is moved to the left and up, as shares of its width and height. */
  readonly panX: number;
  readonly panY: number;
  /** Radians, added to the roll of the scene's own camera. */
  readonly roll: number;
  /** By how much the nearest things are moved to the right and down against the farthest, as shares of the picture's mean side (√(width · height)). */
  readonly truckX: number;
  readonly truckY: number;
  /** By how much the nearest things grow beyond the zoom: the camera goes forward. */
  readonly dolly: number;
}

/** What the path starts and ends with; between them it eases. */
interface Course {
  readonly zoom: readonly [number, number];
  readonly panX: readonly [number, number];
  readonly panY: readonly [number, number];
  readonly truckX: readonly [number, number];
  readonly dolly: readonly [number, number];
}

const STILL = [0, 0] as const;

/** Camera directions that a prompt may give. */
const DIRECTIONS = {
  out: /\b(?:zoom(?:s|ing)? out|pull(?:s|ing)? (?:back|out)|dolly(?:ing)? out)\b/i,
  left: /\b(?:pan(?:s|ning)?|track(?:s|ing)?|truck(?:s|ing)?|mov(?:es|ing)) (?:to the )?left\b/i,
  right: /\b(?:pan(?:s|ning)?|track(?:s|ing)?|truck(?:s|ing)?|mov(?:es|ing)) (?:to the )?right\b/i,
  up: /\b(?:tilt(?:s|ing)?|crane(?:s)?) up\b/i,
  down: /\b(?:tilt(?:s|ing)?|crane(?:s)?) down\b/i,
  orbit: /\b(?:orbit(?:s|ing)?|circl(?:es|ing))\b/i,
} as const;

/** Share of a pan that the picture has room for on each side. */
const PAN = 0.065;

/** A slow move with an eased start and end, as a slider or a drone makes it: forward, unless the prompt says where to. */
const smoothCourse = (prompt: string, side: number, amount: number): Course => {
  const said = (name: keyof typeof DIRECTIONS): boolean => DIRECTIONS[name].test(prompt);
  const pan = said('left') ? -1 : said('right') ? 1 : 0;
  const tilt = said('up') ? -1 : said('down') ? 1 : 0;
  if (pan !== 0 || tilt !== 0) {
    return {
      zoom: [1.2, 1.2],
      panX: [-PAN * pan * amount, PAN * pan * amount],
      panY: [-PAN * tilt * amount, PAN * tilt * amount],
      truckX: [0.02 * pan * amount, -0.02 * pan * amount],
      dolly: STILL,
    };
  }
  const truck = side * (said('orbit') ? 0.05 : 0.016) * amount;
  const near = 1.02 + 0.1 * amount;
  return {
    zoom: said('out') ? [near, 1.02] : [1.02, said('orbit') ? 1.05 : near],
    panX: [-truck * 0.3, truck * 0.3],
    panY: STILL,
    truckX: [-truck, truck],
    dolly: said('out') ? [0.09 * amount, 0] : [0, 0.09 * amount],
  };
};

/** A tripod that creeps: it is time that moves. */
const lapseCourse = (side: number, amount: number): Course => ({
  zoom: [1.02, 1.02 + 0.03 * amount],
  panX: STILL,
  panY: STILL,
  truckX: [-0.008 * side * amount, 0.008 * side * amount],
  dolly: [0, 0.015 * amount],
});

/** The way of the camera through a video. The same order, prompt and seed give the same way. */
export class CameraPath {
  private readonly course: Course;
  private readonly handheld: boolean;
  private readonly seed: number;

  /** @param aim where the zoom leads to, as shares of the width and height */
  constructor(
    private readonly order: VideoOrder,
    prompt: string,
    seed: number,
    private readonly aim: { readonly x: number; readonly y: number },
  ) {
    const motion = order.motion ?? 'smooth';
    const side = Random.of(seed, 'camera path').chance(0.5) ? 1 : -1;
    // A short video does not rush through the way of a long one.
    const amount = min(1, 0.3 + 0.16 * order.durationSeconds);
    this.seed = seed;
    this.handheld = motion === 'handheld';
    this.course = motion === 'time-lapse' ? lapseCourse(side, amount) : smoothCourse(prompt, side, amount);
  }

  at(seconds: number): Pose {
    const share = saturate(seconds / this.order.durationSeconds);
    if (this.handheld) return this.shaken(seconds, share);
    const eased = mix(share, smoothstep(0, 1, share), 0.7);
    const along = ([from, to]: readonly [number, number]): number => mix(from, to, eased);
    const { course } = this;
    const zoom = along(course.zoom);
    return {
      zoom,
      panX: along(course.panX) + this.towards(this.aim.x, zoom),
      panY: along(course.panY) + this.towards(this.aim.y, zoom),
      roll: 0,
      truckX: along(course.truckX),
      truckY: 0,
      dolly: along(course.dolly),
    };
  }

  /** A pan that keeps the aim in its place while the picture grows. */
  private towards(aim: number, zoom: number): number {
    return clamp((aim - 0.5) * (1 - 1 / zoom), -0.5 * (1 - 1 / zoom), 0.5 * (1 - 1 / zoom)) * 0.9;
  }

  /** Somebody who walks slowly with the camera in the hand: breath, steps, and a wrist that corrects itself. */
  private shaken(seconds: number, share: number): Pose {
    const wander = (rate: number, lane: number): number => noise2(seconds * rate + lane * 17.3, lane + 0.5, this.seed);
    return {
      zoom: 1.1 + 0.012 * wander(0.4, 1),
      panX: 0.026 * wander(0.6, 2) + 0.006 * wander(2.1, 3),
      panY: 0.022 * wander(0.7, 4) + 0.006 * wander(2.4, 5) + 0.0028 * sin(2 * PI * 1.75 * seconds),
      roll: 0.024 * wander(0.5, 6) + 0.004 * wander(1.9, 7),
      truckX: 0.026 * wander(0.45, 8),
      truckY: 0.012 * wander(0.5, 9),
      dolly: 0.045 * share,
    };
  }
}
