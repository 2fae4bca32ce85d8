import { createHash } from 'node:crypto';
import { VIDEO_MOTIONS, type VideoOrder } from '../../image-provider.port.js';
import { type Pixels } from '../develop.js';
import { SCENES } from '../vocabulary.data.js';
import { OVERSCAN, renderVideo } from './render-video.js';
import { type VideoRequest } from './video-order.js';

const PROMPTS: Readonly<Record<(typeof SCENES)[number], string>> = {
  mountains: 'a mountain lake in the morning',
  sea: 'a sailboat on the ocean',
  city: 'a city skyline in the evening',
  forest: 'a path through a pine forest',
  desert: 'dunes in the sahara',
  meadow: 'rolling hills and wheat fields',
  portrait: 'portrait of a woman',
  'still-life': 'still life with a vase and pears',
  space: 'a ringed planet in a nebula',
  flower: 'a red rose',
  abstract: 'the sound of thinking',
};

const requestOf = (changes: Partial<VideoRequest> = {}, video: Partial<VideoOrder> = {}): VideoRequest => ({
  prompt: PROMPTS.mountains,
  visual: {},
  width: 96,
  height: 64,
  steps: 4,
  cfgScale: 7,
  seed: 1,
  ...changes,
  video: { durationSeconds: 3, fps: 1, ...video },
});

const film = (request: VideoRequest, source: Pixels | null = null): readonly Pixels[] => {
  const frames: Pixels[] = [];
  const work = renderVideo(request, source, (frame) => frames.push(frame));
  while (work.next().done !== true) continue;
  return frames;
};

const checksum = (frames: readonly Pixels[]): string => {
  const hash = createHash('sha256');
  for (const { bytes } of frames) hash.update(bytes);
  return hash.digest('hex');
};

const difference = (a: Pixels | undefined, b: Pixels | undefined): number => {
  if (a === undefined || b === undefined) throw new Error('There is no such frame.');
  return a.bytes.reduce((sum, value, index) => sum + Math.abs(value - (b.bytes[index] ?? 0)), 0) / a.bytes.length;
};

const brightness = ({ bytes }: Pixels): number => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;

/** A picture with a bright square in its middle, at the size that a source has. */
const square = (): Pixels => {
  const [width, height] = [Math.ceil(96 * OVERSCAN), Math.ceil(64 * OVERSCAN)];
  const bytes = new Uint8Array(width * height * 3).fill(60);
  for (let y = 24; y < 48; y += 1) bytes.fill(200, (y * width + 40) * 3, (y * width + 68) * 3);
  return { width, height, bytes };
};

describe('renderVideo', () => {
  it.each(SCENES)('sets %s in motion, the same way each time', (scene) => {
    const request = requestOf({ prompt: PROMPTS[scene] }, { durationSeconds: 2 });
    const [first, second] = film(request);
    expect(difference(first, second)).toBeGreaterThan(1.5);
    expect(checksum(film(request))).toBe(checksum([first as Pixels, second as Pixels]));
  });

  it('gives whole frames of the asked size, as many as duration and rate make', () => {
    const frames = film(
      requestOf({ width: 104, height: 48, visual: { camera_angle: 'dutch-tilt' } }, { durationSeconds: 1.5, fps: 4 }),
    );
    expect(frames.map(({ width, height, bytes }) => [width, height, bytes.length])).toEqual(
      Array.from({ length: 6 }, () => [104, 48, 104 * 48 * 3]),
    );
  });

  it('moves on from frame to frame and does not jump', () => {
    const frames = film(requestOf({}, { durationSeconds: 1, fps: 8 }));
    const steps = frames.slice(1).map((frame, index) => difference(frame, frames[index]));
    expect(Math.max(...steps)).toBeLessThan(3 * Math.min(...steps));
    expect(difference(frames[0], frames[7])).toBeGreaterThan(1.5 * Math.max(...steps));
  });

  it('shows the three motions differently', () => {
    const films = VIDEO_MOTIONS.map((motion) => film(requestOf({}, { motion })));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(difference(films[a]?.[2], films[b]?.[2])).toBeGreaterThan(4);
    }
  });

  it('lets the day pass in a time-lapse, and stand still otherwise', () => {
    const change = (motion: VideoOrder['motion']): number => {
      const frames = film(
        requestOf({ prompt: 'mountains at sunset' }, { durationSeconds: 4, ...(motion && { motion }) }),
      );
      return brightness(frames[3] as Pixels) - brightness(frames[0] as Pixels);
    };
    expect(change('time-lapse')).toBeLessThan(-15);
    expect(Math.abs(change('smooth'))).toBeLessThan(6);
  });

  it('takes a motion that is not named for a smooth one', () => {
    expect(checksum(film(requestOf()))).toBe(checksum(film(requestOf({}, { motion: 'smooth' }))));
  });

  it.each([
    ['rain', 'a street in the rain at night', 'a street at night'],
    ['snow', 'heavy snowfall in the mountains', 'heavy snow in the mountains'],
  ])('lets %s fall', (_what, falling, lying) => {
    const roughness = (prompt: string): number => {
      const [frame] = film(requestOf({ prompt }, { durationSeconds: 1 }));
      if (frame === undefined) throw new Error('There is no frame.');
      return frame.bytes.reduce((sum, value, at) => sum + Math.abs(value - (frame.bytes[at - 3] ?? value)), 0);
    };
    expect(roughness(falling)).not.toBe(roughness(lying));
  });

  it('begins with the picture that it was given, and then moves towards it', () => {
    const source = square();
    const frames = film(requestOf({ prompt: 'push in' }, { durationSeconds: 4 }), source);
    const bright = (frame: Pixels | undefined): number => (frame?.bytes.filter((value) => value > 130).length ?? 0) / 3;
    // A whole source would show the square with its size divided by the overscan.
    expect(bright(frames[0])).toBeGreaterThan((24 * 28) / OVERSCAN ** 2);
    expect(bright(frames[0])).toBeLessThan((24 * 28 * 1.15) / OVERSCAN ** 2);
    expect(bright(frames[3])).toBeGreaterThan(bright(frames[0]) * 1.12);
    const [red, green] = [frames[0]?.bytes[0] ?? 0, frames[0]?.bytes[1] ?? 0];
    expect([Math.abs(red - 60) <= 2, Math.abs(green - 60) <= 2]).toEqual([true, true]);
  });

  it('reports progress that only grows, from 0 to 1', () => {
    const work = renderVideo(requestOf(), null, () => undefined);
    let last = 0;
    for (let step = work.next(); step.done !== true; step = work.next()) {
      expect(step.value).toBeGreaterThanOrEqual(last);
      last = step.value;
    }
    expect(last).toBeGreaterThan(0.9);
    expect(last).toBeLessThanOrEqual(1);
  });
});
