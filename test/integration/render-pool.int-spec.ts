import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { RenderPool } from '../../src/providers/builtin/render-pool.js';
import { BuiltinProvider } from '../../src/providers/builtin.provider.js';
import { type ImageRequest, ProviderError } from '../../src/providers/image-provider.port.js';
import { behavesLikeAnImageProvider } from '../contract/image-provider.contract.js';

const ENTRY_FILE = resolve('dist/providers/builtin/render.worker.js');
const ENTRY = pathToFileURL(ENTRY_FILE);

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  prompt: 'a mountain lake at sunset',
  visual: {},
  width: 256,
  height: 256,
  steps: 20,
  cfgScale: 7,
  seed: 1,
  ...changes,
});

const studio = (changes: Partial<ImageRequest> = {}) =>
  ({ kind: 'picture', request: request(changes), format: 'png' }) as const;
const never = (): AbortSignal => new AbortController().signal;
const ignore = (): void => undefined;
/** The file of a picture. */
const draw = async (pool: RenderPool, changes: Partial<ImageRequest> = {}): Promise<Buffer> =>
  (await pool.render(studio(changes), never(), ignore)).content;
const checksum = (png: Buffer): string => createHash('sha256').update(png).digest('hex');

describe('RenderPool, with the built threads', () => {
  const pools: RenderPool[] = [];
  const open = (threads: number, entry = ENTRY): RenderPool => {
    const pool = new RenderPool(threads, entry);
    pools.push(pool);
    return pool;
  };

  beforeAll(() => {
    if (!existsSync(ENTRY_FILE)) throw new Error('dist/ is missing: build first (npm run build)');
  });

  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });

  it('answers with a PNG of the asked size', async () => {
    const png = await draw(open(1), { width: 512, height: 264 });
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 512, height: 264, channels: 3 });
  });

  it('gives the same bytes for the same request in other threads, and other bytes for another seed', async () => {
    const first = checksum(await draw(open(1)));
    const pool = open(2);
    const again = await Promise.all([1, 1, 2].map((seed) => draw(pool, { seed })));
    expect(again.map((png) => checksum(png) === first)).toEqual([true, true, false]);
  });

  it('tells progress that grows', async () => {
    const told: number[] = [];
    await open(1).render(studio({ width: 1024, height: 512 }), never(), (progress) => told.push(progress));
    expect(told.length).toBeGreaterThan(5);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(told[told.length - 1]).toBeLessThanOrEqual(1);
  });

  it('drops a waiting picture at once and goes on with the others', async () => {
    const pool = open(1);
    const stop = new AbortController();
    const first = draw(pool, { width: 1024, height: 1024 });
    const waiting = pool.render(studio({ seed: 2 }), stop.signal, ignore);
    const last = draw(pool, { seed: 3 });
    stop.abort(new Error('not wanted any more'));
    await expect(waiting).rejects.toThrow('not wanted any more');
    expect((await Promise.all([first, last])).every((png) => png.length > 1000)).toBe(true);
  });

  it('stops a running picture and uses its thread for the next', async () => {
    const pool = open(1);
    const stop = new AbortController();
    const huge = { width: 2048, height: 2048, steps: 150 };
    const started = performance.now();
    const running = pool.render(studio(huge), stop.signal, () => {
      stop.abort(new Error('cancelled'));
    });
    await expect(running).rejects.toThrow('cancelled');
    await draw(pool);
    const stoppedAndNext = performance.now() - started;
    const whole = performance.now();
    await draw(pool, huge);
    expect(stoppedAndNext).toBeLessThan((performance.now() - whole) * 0.8);
  });

  it('refuses a request whose signal is aborted already', async () => {
    await expect(open(1).render(studio(), AbortSignal.abort(new Error('too late')), ignore)).rejects.toThrow(
      'too late',
    );
  });

  it('rejects a picture that cannot be drawn and keeps the thread', async () => {
    const pool = open(1);
    const broken = draw(pool, { width: 1e9 });
    await expect(broken).rejects.toMatchObject({ name: 'ProviderError', category: 'unknown' });
    expect((await draw(pool)).length).toBeGreaterThan(1000);
  });

  it('replaces a thread that dies, and fails only the picture that it was drawing', async () => {
    const source = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', (task) => {
        if (task.order.request.seed === 13) throw new Error('struck by lightning');
        const content = new ArrayBuffer(8);
        parentPort.postMessage({ type: 'rendered', id: task.id, files: { content } }, [content]);
      });`;
    const pool = open(1, new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const doomed = draw(pool, { seed: 13 });
    const next = draw(pool, { seed: 14 });
    await expect(doomed).rejects.toMatchObject({
      category: 'provider_unavailable',
      cause: { message: 'struck by lightning' },
    });
    expect((await next).length).toBe(8);
  });

  it('rejects what waits and what runs when it closes, and everything after', async () => {
    const pool = open(1);
    const pictures = [1, 2, 3].map((seed) => draw(pool, { seed, width: 1024, height: 1024 }));
    const ends = Promise.allSettled(pictures);
    await pool.close();
    for (const end of await ends) {
      expect(end).toMatchObject({ status: 'rejected', reason: { category: 'provider_unavailable' } });
    }
    await expect(draw(pool)).rejects.toBeInstanceOf(ProviderError);
  });

  it('keeps the event loop free while eight pictures of 1024 × 1024 render', async () => {
    const pool = open(2);
    await draw(pool);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => draw(pool, { seed, width: 1024, height: 1024 })));
    delay.disable();
    expect(delay.percentile(99) / 1e6).toBeLessThan(50);
  });
});

const LONG = { model: 'studio', request: request({ width: 2048, height: 2048, steps: 150 }) };
const VIDEO = { durationSeconds: 1, fps: 3 };
const LONG_VIDEO = {
  model: 'motion',
  request: request({ width: 704, height: 704, video: { durationSeconds: 10, fps: 24 } }),
};

describe.each([
  { model: 'studio', long: LONG },
  { model: 'proof', long: LONG },
  { model: 'motion', long: LONG_VIDEO, order: { request: { steps: 4, video: VIDEO }, units: 1 } },
])('the model $model', (tested) => {
  behavesLikeAnImageProvider('BuiltinProvider', () => {
    const provider = new BuiltinProvider(1, ENTRY);
    return Promise.resolve({
      provider,
      ...tested,
      largestSide: null,
      restarted: () => Promise.resolve(provider),
      dispose: () => provider.close(),
    });
  });
});

/** The smallest PNG. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const CONTROL = { type: 'canny', content: PIXEL, strength: 1, start: 0, end: 1 } as const;

describe('BuiltinProvider', () => {
  const provider = new BuiltinProvider(1, ENTRY);
  const context = { requestKey: 'run:1', attempt: 1, signal: never(), onProgress: ignore };

  afterAll(() => provider.close());

  it('answers at once with the picture, its seed and its price', async () => {
    const submission = await provider.submit('studio', request({ seed: 7 }), context);
    expect(submission).toMatchObject({
      status: 'succeeded',
      costUsd: 0.002,
      images: [{ contentType: 'image/png', width: 256, height: 256, seed: 7 }],
    });
  });

  it('answers with WebP from its model proof', async () => {
    const submission = await provider.submit('proof', request(), context);
    expect(submission).toMatchObject({ costUsd: 0.001, images: [{ contentType: 'image/webp' }] });
    if (submission.status !== 'succeeded') throw new Error('The built-in renderer answers at once.');
    const content = submission.images[0]?.content ?? Buffer.alloc(0);
    expect(await sharp(content).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 });
  });

  it.each<[string, string, Partial<ImageRequest>]>([
    ['an unknown model', 'darkness', {}],
    ['a picture that is too wide', 'studio', { width: 2056 }],
    ['a picture that is too small', 'studio', { height: 248 }],
    ['a size that is no multiple of 8', 'studio', { width: 257 }],
    ['a size that is no number', 'studio', { width: NaN }],
    ['too many steps', 'studio', { steps: 151 }],
    ['a cfg below its range', 'studio', { cfgScale: 0.5 }],
    ['a video from a model of pictures', 'studio', { video: VIDEO }],
    ['a picture from a model of videos', 'motion', {}],
    ['five guidance images', 'studio', { guidance: Array.from({ length: 5 }, () => ({ content: PIXEL, weight: 1 })) }],
    ['a weight above 1', 'studio', { guidance: [{ content: PIXEL, weight: 1.5 }] }],
    ['a control without its start', 'proof', { control: { ...CONTROL, start: NaN } }],
    ['a control that ends before it starts', 'proof', { control: { ...CONTROL, start: 0.6, end: 0.5 } }],
    ['a control that is too strong', 'proof', { control: { ...CONTROL, strength: 2.1 } }],
    ['a control image that is none', 'proof', { control: { ...CONTROL, content: Buffer.from('none') } }],
    ['a guidance image that is none', 'studio', { guidance: [{ content: Buffer.from('none'), weight: 0 }] }],
  ])('refuses %s', async (_what, model, changes) => {
    await expect(provider.submit(model, request(changes), context)).rejects.toMatchObject({
      category: 'invalid_request',
    });
  });

  it('names the capability that a model lacks', async () => {
    await expect(provider.submit('motion', request({ video: VIDEO, control: CONTROL }), context)).rejects.toThrow(
      'The model motion lacks the capability controlnet:canny',
    );
  });

  it('lets guidance and control images shape a picture', async () => {
    const bytes = async (changes: Partial<ImageRequest>): Promise<string> => {
      const submission = await provider.submit('studio', request(changes), context);
      return submission.status === 'succeeded' ? checksum(submission.images[0]?.content ?? PIXEL) : '';
    };
    const pictures = [
      await bytes({}),
      await bytes({ guidance: [{ content: PIXEL, weight: 1 }] }),
      await bytes({ control: { ...CONTROL, type: 'tile' } }),
    ];
    expect(new Set(pictures).size).toBe(3);
    expect(await bytes({ guidance: [{ content: PIXEL, weight: 1 }] })).toBe(pictures[1]);
  });

  it('has no jobs to ask for, and nothing to cancel', async () => {
    await expect(provider.poll('any')).rejects.toMatchObject({ category: 'invalid_request' });
    await expect(provider.fetch('any')).rejects.toMatchObject({ category: 'invalid_request' });
    await expect(provider.cancel()).resolves.toBeUndefined();
  });
});
