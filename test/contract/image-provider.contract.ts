import { setTimeout as pause } from 'node:timers/promises';
import sharp from 'sharp';
import { readMp4 } from '../support/mp4.js';
import {
  type ImageProvider,
  type ImageRequest,
  type ProducedImage,
  ProviderError,
  type SubmitContext,
} from '../../src/providers/image-provider.port.js';

/** One provider and what a test needs to know of it. */
export interface ProviderUnderTest {
  readonly provider: ImageProvider;
  /** A model that succeeds. */
  readonly model: string;
  /** What the model needs beyond a prompt and a size, and how many of the price's units that is; nothing and one where absent. */
  readonly order?: { readonly request: Partial<ImageRequest>; readonly units: number };
  /** A request that keeps the model busy long enough to be interrupted. */
  readonly long: { readonly model: string; readonly request: ImageRequest };
  /** Longest side of the pictures where the provider makes them smaller than asked; null where it keeps the asked size. */
  readonly largestSide: number | null;
  /** The provider as a restarted process has it; ended by `dispose`. */
  restarted(): Promise<ImageProvider>;
  dispose(): Promise<void>;
}

const PLAIN: ImageRequest = {
  prompt: 'a lighthouse on a cliff at dusk, 灯台 🌊',
  visual: { lighting: 'golden-hour', color_palette: 'warm' },
  width: 384,
  height: 256,
  steps: 20,
  cfgScale: 7,
  seed: 4_294_967_295,
};

const never = (): AbortSignal => new AbortController().signal;

let keys = 0;
const context = (rest: Partial<SubmitContext> = {}): SubmitContext => {
  keys += 1;
  return { requestKey: `contract:${String(keys)}`, attempt: 1, signal: never(), onProgress: () => undefined, ...rest };
};

interface Produced {
  readonly images: readonly ProducedImage[];
  readonly costUsd: number;
  readonly progress: readonly number[];
}

/** Submit, poll and fetch, as an attempt does it. */
async function produce(
  provider: ImageProvider,
  model: string,
  request: ImageRequest,
  rest: Partial<SubmitContext> = {},
): Promise<Produced> {
  const progress: number[] = [];
  const given = context({ onProgress: (value) => progress.push(value), ...rest });
  const submission = await provider.submit(model, request, given);
  if (submission.status === 'succeeded') return { ...submission, progress };
  for (;;) {
    const result = await provider.poll(submission.jobId, given.signal);
    if (result.status === 'succeeded') {
      return { images: await provider.fetch(submission.jobId, given.signal), costUsd: result.costUsd, progress };
    }
    if (result.status === 'failed') throw new ProviderError(result.category, result.message);
    if (result.progress !== null) progress.push(result.progress);
    await pause(result.pollAfterMs, undefined, { signal: given.signal });
  }
}

/** Format, width and height as the file itself says. */
const measure = async ({ content, contentType }: ProducedImage): Promise<readonly [string, number, number]> => {
  if (contentType === 'video/mp4') {
    const { width, height, frames } = readMp4(content);
    expect(frames).toBeGreaterThan(0);
    return [contentType, width, height];
  }
  const { data, info } = await sharp(content, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  expect(new Set(data).size).toBeGreaterThan(8);
  return [`image/${(await sharp(content).metadata()).format}`, info.width, info.height];
};

const isMonotone = (values: readonly number[]): boolean =>
  values.every((value, index) => value >= (values[index - 1] ?? 0) && value <= 1);

/** What every source of pictures keeps. */
export function behavesLikeAnImageProvider(name: string, make: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as an image provider`, () => {
    let test: ProviderUnderTest;
    let provider: ImageProvider;
    let asked: ImageRequest;
    beforeAll(async () => {
      test = await make();
      provider = test.provider;
      asked = { ...PLAIN, ...test.order?.request };
    });
    afterAll(() => test.dispose());

    it('describes itself: an id, models with a price, and whether it can be used', () => {
      expect(provider.id).toMatch(/^[a-z0-9-]+$/);
      expect(provider.unavailableBecause).toBeNull();
      expect(provider.models.map((model) => model.id)).toContain(test.model);
      expect(new Set(provider.models.map((model) => model.id)).size).toBe(provider.models.length);
      for (const model of provider.models) expect(model.price.usd).toBeGreaterThanOrEqual(0);
    });

    it('makes whole pictures of the size and seed that it names', async () => {
      const { images, costUsd, progress } = await produce(provider, test.model, asked);
      expect(images).toHaveLength(1);
      for (const image of images) {
        const { contentType, width, height, seed } = image;
        expect(await measure(image)).toEqual([contentType, width, height]);
        expect(seed).toBe(asked.seed);
        if (test.largestSide === null) expect({ width, height }).toEqual({ width: 384, height: 256 });
        else expect(width / height).toBeCloseTo(384 / 256, 1);
        expect(Math.max(width, height)).toBeLessThanOrEqual(test.largestSide ?? 384);
      }
      const model = provider.models.find(({ id }) => id === test.model);
      expect(costUsd).toBeCloseTo((model?.price.usd ?? -1) * (test.order?.units ?? 1), 6);
      expect(isMonotone(progress)).toBe(true);
    });

    it('makes the same bytes of the same request, and other bytes of another seed or prompt', async () => {
      const bytes = async (request: ImageRequest): Promise<string> =>
        (await produce(provider, test.model, request)).images[0]?.content.toString('base64') ?? '';
      const [first, again, otherSeed, otherPrompt] = await Promise.all([
        bytes(asked),
        bytes(asked),
        bytes({ ...asked, seed: 1 }),
        bytes({ ...asked, prompt: 'a red bicycle' }),
      ]);
      expect(again).toBe(first);
      expect(new Set([first, otherSeed, otherPrompt]).size).toBe(3);
    });

    it.each([
      [256, 1024],
      [1024, 256],
      [512, 512],
    ])('keeps the proportions of %d×%d', async (width, height) => {
      const { images } = await produce(provider, test.model, { ...asked, width, height });
      expect((images[0]?.width ?? 0) / (images[0]?.height ?? 1)).toBeCloseTo(width / height, 1);
    });

    it('refuses a model that it does not have', async () => {
      await expect(provider.submit('no-such-model', asked, context())).rejects.toMatchObject({
        name: 'ProviderError',
        category: 'invalid_request',
      });
    });

    it('rejects with the reason of a signal that had aborted before', async () => {
      const reason = new Error('cancelled before');
      const signal = AbortSignal.abort(reason);
      await expect(provider.submit(test.model, asked, context({ signal }))).rejects.toBe(reason);
    });

    it('rejects with the reason of a signal that aborts while it works, and works on for others', async () => {
      const reason = new Error('cancelled meanwhile');
      const controller = new AbortController();
      const { model, request } = test.long;
      const result = produce(provider, model, request, { signal: controller.signal }).catch((error: unknown) => error);
      const timer = setTimeout(() => {
        controller.abort(reason);
      }, 30);
      const error = await result;
      clearTimeout(timer);
      // The pause between two polls is the test's own and wraps the reason.
      expect(error === reason || (error as Error).cause === reason).toBe(true);
      expect((await produce(provider, test.model, asked)).images).toHaveLength(1);
    });

    it('answers a repeated submit with what the first one led to', async () => {
      const given = context();
      const [first, ...repeats] = await Promise.all([
        provider.submit(test.model, asked, given),
        provider.submit(test.model, asked, given),
        provider.submit(test.model, asked, given),
      ]);
      const again = await provider.submit(test.model, asked, given);
      if (provider.idempotentSubmit) for (const repeat of [...repeats, again]) expect(repeat).toEqual(first);
      else expect(again.status).toBe(first.status);
    });

    it.each(['', 'unknown', '../..', "' or 1=1 --", 'x'.repeat(500)])('knows no job %j', async (jobId) => {
      await expect(provider.poll(jobId, never())).rejects.toThrow(ProviderError);
      await expect(provider.fetch(jobId, never())).rejects.toThrow(ProviderError);
      await expect(provider.cancel(jobId)).resolves.toBeUndefined();
    });

    it('answers for an accepted job after a restart', async () => {
      const submission = await provider.submit(test.model, asked, context());
      if (submission.status === 'succeeded') return;
      const restarted = await test.restarted();
      const result = await restarted.poll(submission.jobId, never());
      expect(result.status).toBe('succeeded');
      const images = await restarted.fetch(submission.jobId, never());
      expect(images).toEqual(await provider.fetch(submission.jobId, never()));
    });

    it('stops an accepted job that is cancelled, and does nothing for one that ended', async () => {
      const done = await provider.submit(test.model, asked, context());
      if (done.status === 'succeeded') return;
      await provider.cancel(done.jobId);
      expect((await provider.poll(done.jobId, never())).status).toBe('succeeded');

      const { model, request } = test.long;
      const busy = await provider.submit(model, request, context());
      if (busy.status === 'succeeded') return;
      await provider.cancel(busy.jobId);
      await provider.cancel(busy.jobId);
      const restarted = await test.restarted();
      for (const each of [provider, restarted]) {
        await expect(each.poll(busy.jobId, never())).rejects.toThrow(ProviderError);
        await expect(each.fetch(busy.jobId, never())).rejects.toThrow(ProviderError);
      }
    });
  });
}
