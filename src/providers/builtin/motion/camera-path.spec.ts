import { type VideoOrder, VIDEO_MOTIONS } from '../../image-provider.port.js';
import { CameraPath, type Pose } from './camera-path.js';

const SECONDS = 4;
const MIDDLE = { x: 0.5, y: 0.5 };

const walk = (motion: NonNullable<VideoOrder['motion']>, prompt = 'a lake', seed = 1): readonly Pose[] => {
  const order = { durationSeconds: SECONDS, fps: 24, motion };
  const path = new CameraPath(order, prompt, seed, MIDDLE);
  return Array.from({ length: SECONDS * 24 }, (_, frame) => path.at(frame / 24));
};

const first = (poses: readonly Pose[]): Pose => poses[0] as Pose;
const last = (poses: readonly Pose[]): Pose => poses[poses.length - 1] as Pose;

/** Mean change of the change from frame to frame: how much the camera shakes. */
const unrest = (poses: readonly Pose[]): number => {
  const changes = poses.slice(1).map((pose, index) => pose.panX - (poses[index]?.panX ?? 0));
  const jerks = changes.slice(1).map((change, index) => Math.abs(change - (changes[index] ?? 0)));
  return jerks.reduce((sum, jerk) => sum + jerk, 0) / jerks.length;
};

describe('CameraPath', () => {
  it.each(VIDEO_MOTIONS)('leads %s the same way each time, and another way for another seed', (motion) => {
    expect(walk(motion)).toEqual(walk(motion));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => JSON.stringify(walk(motion, 'a lake', seed)))).size).toBeGreaterThan(
      1,
    );
  });

  it('goes forward smoothly, shakes in the hand, and nearly stands in a time-lapse', () => {
    const [smooth, handheld, lapse] = VIDEO_MOTIONS.map((motion) => walk(motion));
    if (smooth === undefined || handheld === undefined || lapse === undefined) throw new Error('Three motions.');
    expect(last(smooth).zoom - first(smooth).zoom).toBeGreaterThan(0.08);
    expect(last(lapse).zoom - first(lapse).zoom).toBeLessThan(0.04);
    expect(unrest(handheld)).toBeGreaterThan(20 * unrest(smooth));
    expect(handheld.some(({ roll }) => Math.abs(roll) > 0.003)).toBe(true);
  });

  it('starts and ends gently', () => {
    const zooms = walk('smooth').map(({ zoom }) => zoom);
    const step = (index: number): number => (zooms[index + 1] ?? 0) - (zooms[index] ?? 0);
    expect(step(zooms.length / 2)).toBeGreaterThan(1.8 * step(0));
    expect(step(zooms.length / 2)).toBeGreaterThan(1.8 * step(zooms.length - 2));
  });

  it.each<[string, (start: Pose, end: Pose) => boolean]>([
    ['zoom out over the city', (start, end) => end.zoom < start.zoom],
    ['the camera pans left over the city', (start, end) => end.panX < start.panX],
    ['the camera pans to the right', (start, end) => end.panX > start.panX],
    ['tilt up to the tower', (start, end) => end.panY < start.panY],
    ['orbiting the statue', (start, end) => Math.abs(end.truckX - start.truckX) > 0.08],
  ])('follows "%s"', (prompt, holds) => {
    const poses = walk('smooth', prompt);
    expect(holds(first(poses), last(poses))).toBe(true);
  });

  it.each(VIDEO_MOTIONS)('does not look past the edge of what was painted in %s', (motion) => {
    for (const { zoom, panX, panY } of walk(motion)) {
      expect(zoom).toBeGreaterThanOrEqual(1);
      expect(Math.max(Math.abs(panX), Math.abs(panY))).toBeLessThanOrEqual((1 - 1 / zoom) / 2 + 1e-9);
    }
  });
});
