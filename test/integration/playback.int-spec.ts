import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { RenderPool } from '../../src/providers/builtin/render-pool.js';
import { type VideoOrder } from '../../src/providers/image-provider.port.js';
import { type RenderedFiles } from '../../src/providers/builtin/render-messages.js';
import { askChromium, CHROMIUM, type ServedFile } from '../support/chromium.js';
import { decodeVideo } from '../support/h264.js';
import { readMp4 } from '../support/mp4.js';

const ENTRY_FILE = resolve('dist/providers/builtin/render.worker.js');

const ORDERS: readonly (readonly [number, number, VideoOrder])[] = [
  [256, 256, { durationSeconds: 2, fps: 24, motion: 'smooth' }],
  [264, 328, { durationSeconds: 1, fps: 30, motion: 'handheld' }],
  [1280, 720, { durationSeconds: 1, fps: 10, motion: 'time-lapse' }],
];

/** Plays the video to its end, then looks at frames by seeking. */
const PLAY = `
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  document.body.append(video);
  const heard = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
  });
  const ready = heard('canplaythrough');
  video.src = '/video.mp4';
  await ready;
  const ended = heard('ended');
  const started = performance.now();
  await video.play();
  await ended;
  const played = (performance.now() - started) / 1000;
  const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
  const pen = canvas.getContext('2d');
  const looks = [];
  for (const share of [0, 0.5, 0.95]) {
    const sought = heard('seeked');
    video.currentTime = share * video.duration;
    await sought;
    pen.drawImage(video, 0, 0, 32, 32);
    looks.push([...pen.getImageData(0, 0, 32, 32).data].filter((_, index) => index % 4 !== 3));
  }
  await report({
    duration: video.duration, width: video.videoWidth, height: video.videoHeight, played,
    totalVideoFrames, droppedVideoFrames, looks,
    type: video.canPlayType('video/mp4; codecs="avc1.42c01e"'),
  });
`;

interface Playback {
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  readonly played: number;
  readonly totalVideoFrames: number;
  readonly looks: readonly (readonly number[])[];
  readonly type: string;
  readonly error?: string;
}

/** Places all over a picture. */
const gridOf = (width: number, height: number): readonly (readonly [x: number, y: number])[] =>
  Array.from({ length: 48 * 48 }, (_, index) => [
    Math.floor((((index % 48) + 0.5) * width) / 48),
    Math.floor(((Math.floor(index / 48) + 0.5) * height) / 48),
  ]);

/** Mean difference of their bytes; not a number where there is nothing to compare. */
const distance = (a: ArrayLike<number> = [], b: ArrayLike<number> = []): number =>
  Array.from(a).reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;

describe('a video', () => {
  let pool: RenderPool;
  beforeAll(() => {
    if (!existsSync(ENTRY_FILE)) throw new Error('dist/ is missing: build first (npm run build)');
    pool = new RenderPool(1, pathToFileURL(ENTRY_FILE));
  });
  afterAll(() => pool.close());

  const film = (width: number, height: number, video: VideoOrder): Promise<RenderedFiles<Buffer>> => {
    const request = { prompt: 'a lake at sunset', visual: {}, width, height, steps: 10, cfgScale: 7, seed: 1, video };
    return pool.render({ kind: 'video', request }, new AbortController().signal, () => undefined);
  };

  it.each(ORDERS)(
    'of %d × %d is decoded whole by another decoder, from its start and from where one can seek to',
    async (width, height, video) => {
      const { content, poster } = await film(width, height, video);
      const facts = readMp4(content);
      const frames = decodeVideo(facts);
      expect(frames).toHaveLength(video.durationSeconds * video.fps);
      const size = { width: Math.ceil(width / 16) * 16, height: Math.ceil(height / 16) * 16 };
      for (const { stride, rows } of frames) expect({ width: stride, height: rows }).toEqual(size);
      const places = gridOf(width, height);
      const looks = [frames[0], frames.at(-1)].map((frame) => places.flatMap(([x, y]) => frame?.pixel(x, y) ?? []));
      // The poster is the first frame before it was compressed.
      const pixels = await sharp(poster).removeAlpha().raw().toBuffer();
      const shown = places.flatMap(([x, y]) => [...pixels.subarray((y * width + x) * 3, (y * width + x + 1) * 3)]);
      expect(distance(looks[0], shown)).toBeLessThan(5);
      expect(distance(looks[0], looks[1])).toBeGreaterThan(1);
      const key = facts.keyframes.at(-1) ?? 0;
      expect(decodeVideo(facts, key)[0]?.planes.equals(frames[key - 1]?.planes ?? Buffer.alloc(0))).toBe(true);
    },
    120_000,
  );

  // npm cannot install a browser for every version of Node that this runs on; `.ci/run` installs Chromium, and what is decoded is tested above anyway.
  const describeWithChromium = CHROMIUM === null ? describe.skip : describe;
  describeWithChromium('in Chromium', () => {
    it.each(ORDERS)(
      'of %d × %d plays to its end, can be sought in, and shows its colours',
      async (width, height, video) => {
        const { content, poster } = await film(width, height, video);
        const files = new Map<string, ServedFile>([['/video.mp4', { contentType: 'video/mp4', content }]]);
        const playback = (await askChromium(CHROMIUM ?? '', files, PLAY)) as Playback;
        expect(playback).toMatchObject({ width, height, type: 'probably' });
        expect(playback.duration).toBeCloseTo(video.durationSeconds, 2);
        expect(playback.played).toBeGreaterThan(video.durationSeconds * 0.8);
        expect(playback.totalVideoFrames).toBeGreaterThan(video.durationSeconds * video.fps * 0.5);
        const [first, middle, last] = playback.looks;
        // The first frame, decoded and converted by Chromium, has the poster's colours.
        expect(
          distance(
            first,
            await sharp(poster).resize(32, 32, { fit: 'fill', kernel: 'linear' }).removeAlpha().raw().toBuffer(),
          ),
        ).toBeLessThan(6);
        expect(distance(first, last)).toBeGreaterThan(1);
        expect(distance(middle, last)).toBeGreaterThan(0.5);
      },
      120_000,
    );
  });
});
