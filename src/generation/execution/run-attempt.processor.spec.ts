import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskBlobStore } from '../../platform/storage/disk-blob.store.js';
import {
  ImageProvider,
  ProviderError,
  type ErrorCategory,
  type PollResult,
  type ProducedImage,
  type Submission,
} from '../../providers/image-provider.port.js';
import type { GenerationOrder } from '../generation.events.js';
import { runAttempt, type AttemptInput, type AttemptResult } from './run-attempt.processor.js';

const PICTURE: ProducedImage = {
  content: Buffer.from('the bytes'),
  contentType: 'image/png',
  width: 8,
  height: 8,
  seed: 1,
};
const ORDER = { model: 'any', prompt: 'a pier', visual: {}, seed: 1 } as GenerationOrder;

/** A vendor whose line breaks as often as its answers say. */
class RemoteVendor extends ImageProvider {
  readonly id = 'remote';
  readonly name = 'Remote';
  readonly models = [];
  readonly idempotentSubmit = false;
  readonly unavailableBecause = null;
  submits = 0;

  constructor(
    private readonly polls: (PollResult | ErrorCategory)[],
    private readonly fetches: ErrorCategory[] = [],
  ) {
    super();
  }

  override submit(): Promise<Submission> {
    this.submits += 1;
    return Promise.resolve({ status: 'accepted', jobId: 'job-1' });
  }
  override poll(): Promise<PollResult> {
    const next = this.polls.shift() ?? { status: 'succeeded', costUsd: 0.5 };
    return typeof next === 'string'
      ? Promise.reject(new ProviderError(next, `no answer: ${next}`, 0.01))
      : Promise.resolve(next);
  }
  override fetch(): Promise<readonly ProducedImage[]> {
    const next = this.fetches.shift();
    return next === undefined
      ? Promise.resolve([PICTURE])
      : Promise.reject(new ProviderError(next, `no bytes: ${next}`, 0.01));
  }
  override cancel(): Promise<void> {
    return Promise.resolve();
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('an attempt at a vendor that takes jobs', () => {
  let folder: string;
  let blobs: DiskBlobStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-attempt-'));
    blobs = new DiskBlobStore(folder);
    await blobs.prepare();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (
    provider: ImageProvider,
    signal = new AbortController().signal,
    takenOver: Partial<AttemptInput> = {},
  ): Promise<AttemptResult> =>
    runAttempt(
      { provider, blobs },
      { runId: 'run', attempt: 1, order: ORDER, providerJobId: null, takenOver: false, ...takenOver },
      { submitted: () => Promise.resolve(), progress: () => undefined },
      signal,
    );

  it('asks again for an accepted job while the vendor cannot be reached, and sends nothing again', async () => {
    const vendor = new RemoteVendor(
      [
        'network',
        'provider_unavailable',
        'rate_limited',
        'timeout',
        { status: 'running', progress: 0.5, pollAfterMs: 1 },
      ],
      ['network'],
    );
    const { artifacts, costUsd } = await run(vendor);
    expect(artifacts).toHaveLength(1);
    expect(costUsd).toBe(0.5);
    expect(vendor.submits).toBe(1);
  });

  it.each(['network', 'moderated'] as const)(
    'ends as the job ended, when the vendor says that it failed (%s)',
    async (category) => {
      const vendor = new RemoteVendor([{ status: 'failed', category, message: 'it went wrong' }]);
      await expect(run(vendor)).rejects.toMatchObject({ category, message: 'it went wrong' });
    },
  );

  it('is stalled when another worker may have sent it, and is not sent again: the vendor would take it for another job', async () => {
    const vendor = new RemoteVendor([]);
    await expect(run(vendor, undefined, { takenOver: true })).rejects.toMatchObject({ category: 'stalled' });
    expect(vendor.submits).toBe(0);
  });

  it('goes on with the job of the worker before it, where the log knows that', async () => {
    const vendor = new RemoteVendor([]);
    expect((await run(vendor, undefined, { takenOver: true, providerJobId: 'job-1' })).artifacts).toHaveLength(1);
    expect(vendor.submits).toBe(0);
  });

  it('gives up at once on a question that will never be answered', async () => {
    await expect(run(new RemoteVendor(['unauthorized']))).rejects.toMatchObject({ category: 'unauthorized' });
  });

  it('stops asking when it is told to stop', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const result = run(new RemoteVendor(Array.from({ length: 1_000 }, () => 'network' as const)), controller.signal);
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
  });
});
