import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { BuiltinProvider } from '../../src/providers/builtin.provider.js';
import {
  type ImageRequest,
  type ProducedImage,
  type SubmitContext,
  VIDEO_MOTIONS,
  type VideoOrder,
} from '../../src/providers/image-provider.port.js';
import { readMp4 } from '../support/mp4.js';
import { until } from '../support/until.js';

const ENTRY_FILE = resolve('dist/providers/builtin/render.worker.js');
const ENTRY = pathToFileURL(ENTRY_FILE);

const never = (): AbortSignal => new AbortController().signal;

const requestOf = (video: Partial<VideoOrder> = {}, changes: Partial<ImageRequest> = {}): ImageRequest => ({
  prompt: 'a mountain lake at sunset',
  visual: {},
  width: 256,
  height: 256,
  steps: 10,
  cfgScale: 7,
  seed: 1,
  video: { durationSeconds: 1, fps: 8, ...video },
  ...changes,
});

/** The same request without its video. */
const pictureOf = ({ video: _video, ...picture }: ImageRequest): ImageRequest => picture;

const context = (rest: Partial<SubmitContext> = {}): SubmitContext => ({
  requestKey: 'run:1',
  attempt: 1,
  signal: never(),
  onProgress: () => undefined,
  ...rest,
});

const checksum = (content: Buffer | undefined): string =>
  createHash('sha256')
    .update(content ?? '')
    .digest('hex');

describe('the model motion, with the built threads', () => {
  const providers: BuiltinProvider[] = [];
  const open = (threads = 1): BuiltinProvider => {
    const provider = new BuiltinProvider(threads, ENTRY);
    providers.push(provider);
    return provider;
  };
  const film = async (provider: BuiltinProvider, request: ImageRequest, rest = context()): Promise<ProducedImage> => {
    const submission = await provider.submit('motion', request, rest);
    if (submission.status !== 'succeeded') throw new Error('The built-in renderer answers at once.');
    const [video] = submission.images;
    if (video === undefined) throw new Error('There is no video.');
    return video;
  };

  beforeAll(() => {
    if (!existsSync(ENTRY_FILE)) throw new Error('dist/ is missing: build first (npm run build)');
  });
  afterEach(async () => {
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
  });

  it.each([
    [256, 256, 2, 12],
    [264, 328, 1, 30],
    [512, 256, 1.5, 10],
    [256, 2048, 1, 1],
  ])('makes an MP4 of %d × %d, %d s at %d frames a second', async (width, height, durationSeconds, fps) => {
    const video = await film(open(), requestOf({ durationSeconds, fps }, { width, height }));
    expect(video).toMatchObject({ contentType: 'video/mp4', width, height, seed: 1, durationSeconds });
    const facts = readMp4(video.content);
    expect(facts).toMatchObject({ boxes: ['ftyp', 'moov', 'mdat'], width, height, times: [0, 0, 0, 0, 0, 0] });
    expect(facts).toMatchObject({ frames: durationSeconds * fps, fps, duration: durationSeconds });
    expect(facts.keyframes[0]).toBe(1);
    expect(facts.codec).toMatch(/^avc1\.42c0/);
  });

  it('has its first frame as a poster and a small animated preview of the same length', async () => {
    const { poster, preview } = await film(
      open(),
      requestOf({ durationSeconds: 2, fps: 12 }, { width: 512, height: 256 }),
    );
    expect(await sharp(poster).metadata()).toMatchObject({ format: 'png', width: 512, height: 256 });
    const animation = await sharp(preview, { animated: true }).metadata();
    expect(animation).toMatchObject({ format: 'webp', width: 256, pageHeight: 128, pages: 20, loop: 0 });
    expect(animation.delay?.reduce((sum, delay) => sum + delay, 0)).toBe(2000);
    expect(preview?.length).toBeLessThan(300_000);
    const small = (image: Buffer | undefined): Promise<Buffer> =>
      sharp(image).resize(64, 32, { kernel: 'linear' }).removeAlpha().raw().toBuffer();
    const [first, shown] = [await small(poster), await small(preview)];
    const distance = first.reduce((sum, value, at) => sum + Math.abs(value - (shown[at] ?? 0)), 0) / first.length;
    expect(distance).toBeLessThan(6);
  });

  it('gives the same bytes for the same request in fresh threads, and others for another seed, prompt or motion', async () => {
    const source = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#c05020' } })
      .png()
      .toBuffer();
    const files = async (provider: BuiltinProvider, request: ImageRequest): Promise<string> => {
      const { content, poster, preview } = await film(provider, request);
      return [content, poster, preview].map(checksum).join();
    };
    const requests = [
      requestOf(),
      requestOf({}, { seed: 2 }),
      requestOf({}, { prompt: 'a city at night' }),
      ...VIDEO_MOTIONS.slice(1).map((motion) => requestOf({ motion })),
      requestOf({}, { source }),
    ];
    const first: string[] = [];
    for (const request of requests) first.push(await files(open(), request));
    const provider = open(2);
    expect(await Promise.all(requests.map((request) => files(provider, request)))).toEqual(first);
    expect(new Set(first).size).toBe(requests.length);
  }, 120_000);

  it('costs by the second that was ordered', async () => {
    const submission = await open().submit('motion', requestOf({ durationSeconds: 2.5, fps: 2 }), context());
    expect(submission).toMatchObject({ status: 'succeeded', costUsd: 0.025 });
  });

  it('tells progress that grows, and leaves the event loop free', async () => {
    const provider = open();
    await film(provider, requestOf());
    const told: number[] = [];
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await film(
      provider,
      requestOf({ durationSeconds: 1, fps: 12 }, { width: 512, height: 512 }),
      context({ onProgress: (each) => told.push(each) }),
    );
    delay.disable();
    expect(told.length).toBeGreaterThan(10);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(delay.percentile(99) / 1e6).toBeLessThan(50);
  });

  it('stops in the middle of a video at once, and its thread is free within a quarter of a second', async () => {
    const provider = open();
    // The thread is warm: what is measured is the stop, not the start.
    await film(provider, requestOf());
    const whole = performance.now();
    await film(provider, requestOf({ fps: 1 }));
    const short = performance.now() - whole;
    const stop = new AbortController();
    const told: number[] = [];
    const running = film(
      provider,
      requestOf({ durationSeconds: 10, fps: 24 }, { width: 704, height: 704 }),
      context({ signal: stop.signal, onProgress: (each) => told.push(each) }),
    ).catch((error: unknown) => error);
    await until('the frames are being made', () => (told.at(-1) ?? 0) > 0.15, 60_000);
    const reason = new Error('not wanted any more');
    const aborted = performance.now();
    stop.abort(reason);
    expect(await running).toBe(reason);
    expect(performance.now() - aborted).toBeLessThan(50);
    await film(provider, requestOf({ fps: 1 }));
    expect(performance.now() - aborted).toBeLessThan(250 + 3 * short);
    expect(told.at(-1)).toBeLessThan(0.6);
  }, 120_000);

  it('does not let a picture wait for a video', async () => {
    const provider = open();
    const stop = new AbortController();
    const told: number[] = [];
    const running = film(
      provider,
      requestOf({ durationSeconds: 10, fps: 24 }, { width: 704, height: 704 }),
      context({ signal: stop.signal, onProgress: (each) => told.push(each) }),
    ).catch((error: unknown) => error);
    await until('the frames are being made', () => told.length > 0, 60_000);
    const picture = await provider.submit('studio', pictureOf(requestOf()), context());
    expect(picture).toMatchObject({ status: 'succeeded', images: [{ contentType: 'image/png' }] });
    expect(told.at(-1)).toBeLessThan(0.9);
    stop.abort(new Error('not wanted any more'));
    await running;
  }, 120_000);

  it.each<[string, ImageRequest]>([
    ['no video at all', pictureOf(requestOf())],
    ['one that is too short', requestOf({ durationSeconds: 0.5 })],
    ['one that is too long', requestOf({ durationSeconds: 10.5 })],
    ['none of a frame', requestOf({ fps: 0 })],
    ['too many frames a second', requestOf({ fps: 61 })],
    ['a duration that is no number', requestOf({ durationSeconds: NaN })],
    ['a size that is no multiple of 8', requestOf({}, { width: 260 })],
    ['too many pixels in all frames', requestOf({ durationSeconds: 10, fps: 60 }, { width: 2048, height: 2048 })],
    ['guidance', requestOf({}, { guidance: [{ content: Buffer.alloc(1), weight: 1 }] })],
    ['a source that is no picture', requestOf({}, { source: Buffer.from('no picture') })],
  ])('refuses %s', async (_what, request) => {
    await expect(film(open(), request)).rejects.toMatchObject({ name: 'ProviderError', category: 'invalid_request' });
  });

  it('says how to stay within the pixels of a video', async () => {
    const order = { durationSeconds: 10, fps: 60 };
    await expect(film(open(), requestOf(order, { width: 1024, height: 1024 }))).rejects.toThrow(
      'A video has at most 130000000 pixels in all its frames; this one has 629145600: make it smaller, shorter or slower',
    );
  });
});
