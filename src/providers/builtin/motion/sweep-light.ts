import { type VideoOrder } from '../../image-provider.port.js';
import { type Frame } from '../frame.js';
import { Random } from '../random.js';
import { mix, saturate, smoothstep } from '../scalar.js';

const { PI, cos, max, sin } = Math;

/** How strongly the light changes over a picture, and the way of its direction through a video in radians. */
interface Sweep {
  readonly strength: number;
  readonly way: number;
  /** By how much warmer the light is at its end. */
  readonly warmth: number;
}

const SWEEPS: Readonly<Record<NonNullable<VideoOrder['motion']>, Sweep>> = {
  smooth: { strength: 0.09, way: 1.4, warmth: 0 },
  handheld: { strength: 0.05, way: 0.7, warmth: 0 },
  // The sun goes past the window.
  'time-lapse': { strength: 0.3, way: PI, warmth: 0.16 },
};

/** Lets the light wander over a scene in which nothing moves by itself: brighter on one side, and the side turns. */
export const sweepLight = (frame: Frame, order: VideoOrder, seconds: number, seed: number): void => {
  const { strength, way, warmth } = SWEEPS[order.motion ?? 'smooth'];
  const share = saturate(seconds / order.durationSeconds);
  const random = Random.of(seed, 'sweep');
  const angle = random.between(0, 2 * PI) + (random.chance(0.5) ? 1 : -1) * way * share;
  // It begins with the scene's own light.
  const reach = strength * smoothstep(0, 0.4, share);
  const [towardsX, towardsY] = [cos(angle) * reach, sin(angle) * reach * 0.6];
  const red = mix(1, 1 + warmth, share);
  const blue = mix(1, 1 - warmth, share);
  const { light, width, height } = frame;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const down = 1 + (2 * (y / height) - 1) * towardsY;
    for (let x = 0; x < width; x += 1) {
      const gain = max(0, down + (2 * (x / width) - 1) * towardsX);
      light[at] = (light[at] ?? 0) * gain * red;
      light[at + 1] = (light[at + 1] ?? 0) * gain;
      light[at + 2] = (light[at + 2] ?? 0) * gain * blue;
      at += 3;
    }
  }
};
