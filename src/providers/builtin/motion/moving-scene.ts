import { type Brief } from '../brief.js';
import { type CoarseMap } from '../coarse-map.js';
import { type Frame } from '../frame.js';

/** A painted scene that can be brought to any later moment. Moments have to be asked for in order. */
export interface MovingScene {
  /** What was painted, at the moment that was asked for last. */
  readonly frame: Frame;
  /** How near the things in the frame are, 0 – 1. */
  readonly nearness: CoarseMap;
  /** Brings the frame to a moment, in seconds of the video; in small pieces of work. */
  at(seconds: number): Generator<number, void>;
  /** The brief as it is at the moment: a sun that sinks changes the light. */
  readonly brief: Brief;
  /** Whether nothing but the camera moves, so that the light should. */
  readonly still: boolean;
}

/** A scene in which nothing moves by itself. */
export class StillScene implements MovingScene {
  readonly still = true;

  constructor(
    readonly frame: Frame,
    readonly nearness: CoarseMap,
    readonly brief: Brief,
  ) {}

  *at(): Generator<number, void> {
    yield 1;
  }
}
