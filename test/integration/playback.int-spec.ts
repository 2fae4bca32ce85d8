import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { RenderPool } from '../../src/providers/builtin/render-pool.js';
import { type VideoOrder } from '../../src/providers/image-provider.port.js';
import { askChromium, CHROMIUM, type ServedFile } from '../support/chromium.js';

const ENTRY_FILE = resolve('dist/providers/builtin/render.worker.js');

/** A browser cannot be installed with npm; where the machine has none, these tests count as skipped. */
const describeWithChromium = CHROMIUM === null ? describe.skip : describe;

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

const distance = (a: readonly number[] = [], b: readonly number[] = []): number =>
  a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;

describeWithChromium('Chromium', () => {
  let pool: RenderPool;
  beforeAll(() => {
    if (!existsSync(ENTRY_FILE)) throw new Error('dist/ is missing: build first (npm run build)');
    pool = new RenderPool(1, pathToFileURL(ENTRY_FILE));
  });
  afterAll(() => pool.close());

  it.each<[number, number, VideoOrder]>([
    [256, 256, { durationSeconds: 2, fps: 24, motion: 'smooth' }],
    [264, 328, { durationSeconds: 1, fps: 30, motion: 'handheld' }],
    [1280, 720, { durationSeconds: 1, fps: 10, motion: 'time-lapse' }],
  ])(
    'plays a video of %d × %d to its end, seeks in it, and shows its colours',
    async (width, height, video) => {
      const request = { prompt: 'a lake at sunset', visual: {}, width, height, steps: 10, cfgScale: 7, seed: 1, video };
      const signal = new AbortController().signal;
      const { content, poster } = await pool.render({ kind: 'video', request }, signal, () => undefined);
      const files = new Map<string, ServedFile>([['/video.mp4', { contentType: 'video/mp4', content }]]);
      const playback = (await askChromium(CHROMIUM ?? '', files, PLAY)) as Playback;
      expect(playback).toMatchObject({ width, height, type: 'probably' });
      expect(playback.duration).toBeCloseTo(video.durationSeconds, 2);
      expect(playback.played).toBeGreaterThan(video.durationSeconds * 0.8);
      expect(playback.totalVideoFrames).toBeGreaterThan(video.durationSeconds * video.fps * 0.5);
      const [first, middle, last] = playback.looks;
      const shown = await sharp(poster)
        .resize(32, 32, { fit: 'fill', kernel: 'linear' })
        .removeAlpha()
        .raw()
        .toBuffer();
      // The first frame, decoded and converted by Chromium, has the poster's colours.
      expect(distance(first, [...shown])).toBeLessThan(6);
      expect(distance(first, last)).toBeGreaterThan(1);
      expect(distance(middle, last)).toBeGreaterThan(0.5);
    },
    120_000,
  );
});
