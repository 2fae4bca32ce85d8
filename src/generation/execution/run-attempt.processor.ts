import { v7 as uuidv7 } from 'uuid';
import type { BlobStore } from '../../platform/storage/blob-store.port.js';
import {
  ProviderError,
  type ImageProvider,
  type ImageRequest,
  type ProducedImage,
  type Submission,
} from '../../providers/image-provider.port.js';
import type { Artifact, GenerationOrder } from '../generation.events.js';
import { passesByItself, patienceMs } from './patience.policy.js';

/** What the runner tells while it works; `submitted` resolves when the provider's job id is in the log. */
export interface RunReport {
  readonly submitted: (providerJobId: string) => Promise<void>;
  readonly progress: (progress: number) => void;
}

export interface AttemptInput {
  readonly runId: string;
  readonly attempt: number;
  readonly order: GenerationOrder;
  /** Known from the log when a job is taken over. */
  readonly providerJobId: string | null;
  readonly takenOver: boolean;
}

interface Produced {
  readonly images: readonly ProducedImage[];
  readonly costUsd: number;
}

export interface AttemptResult {
  readonly artifacts: readonly Artifact[];
  readonly costUsd: number;
}

const toImageRequest = (order: GenerationOrder): ImageRequest => ({
  prompt: order.prompt,
  ...(order.negative_prompt !== null && { negativePrompt: order.negative_prompt }),
  visual: order.visual,
  width: order.width,
  height: order.height,
  steps: order.steps,
  cfgScale: order.cfg_scale,
  seed: order.seed,
});

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error('Aborted'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });

const submit = (
  provider: ImageProvider,
  input: AttemptInput,
  report: RunReport,
  signal: AbortSignal,
): Promise<Submission> => {
  if (input.takenOver && !provider.idempotentSubmit) {
    // Whether the provider took the first call is unknown; sending it again might pay twice.
    throw new ProviderError('stalled', 'The worker died before the provider answered');
  }
  return provider.submit(input.order.model, toImageRequest(input.order), {
    requestKey: `${input.runId}:${String(input.attempt)}`,
    attempt: input.attempt,
    signal,
    onProgress: report.progress,
  });
};

/** Asks again while the provider cannot be reached: it has the job and is paid for it, and a new attempt would buy another one. */
const patiently = async <T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  for (let failed = 1; ; failed++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProviderError) || !passesByItself(error.category)) throw error;
      await pause(patienceMs(failed, error.retryAfterSeconds), signal);
    }
  }
};

const awaitJob = async (
  provider: ImageProvider,
  jobId: string,
  report: RunReport,
  signal: AbortSignal,
): Promise<Produced> => {
  for (;;) {
    const result = await patiently(() => provider.poll(jobId, signal), signal);
    switch (result.status) {
      case 'succeeded':
        return { images: await patiently(() => provider.fetch(jobId, signal), signal), costUsd: result.costUsd };
      case 'failed':
        throw new ProviderError(result.category, result.message);
      case 'running':
        if (result.progress !== null) report.progress(result.progress);
        await pause(result.pollAfterMs, signal);
        break;
      default:
        return result satisfies never;
    }
  }
};

const produce = async (
  provider: ImageProvider,
  input: AttemptInput,
  report: RunReport,
  signal: AbortSignal,
): Promise<Produced> => {
  if (input.providerJobId !== null) return awaitJob(provider, input.providerJobId, report, signal);
  const submission = await submit(provider, input, report, signal);
  if (submission.status === 'succeeded') return submission;
  await report.submitted(submission.jobId);
  return awaitJob(provider, submission.jobId, report, signal);
};

const store = async (blobs: BlobStore, image: ProducedImage, variant: number): Promise<Artifact> => {
  const { sha256, bytes } = await blobs.put(image.content);
  const { contentType, width, height, seed } = image;
  return { id: uuidv7(), variant, content_type: contentType, width, height, bytes, sha256, seed };
};

/**
 * One attempt from the provider's first call, or from its known job, to bytes in Darkroom's storage.
 * @throws ProviderError, StorageUnavailable, or the signal's reason
 */
export const runAttempt = async (
  tools: { readonly provider: ImageProvider; readonly blobs: BlobStore },
  input: AttemptInput,
  report: RunReport,
  signal: AbortSignal,
): Promise<AttemptResult> => {
  const { images, costUsd } = await produce(tools.provider, input, report, signal);
  if (images.length === 0) throw new ProviderError('unknown', 'The provider answered without a picture');
  const artifacts = await Promise.all(images.map((image, variant) => store(tools.blobs, image, variant)));
  // Bytes that were stored for a run that was cancelled meanwhile stay unreferenced; nothing sweeps them yet.
  signal.throwIfAborted();
  return { artifacts, costUsd };
};
