import { untraced } from '../../eventsourcing/traces.js';
import {
  ProviderError,
  type ImageProvider,
  type ImageRequest,
  type ProducedImage,
  type Submission,
} from '../../providers/image-provider.port.js';
import { passesByItself, patienceMs } from './patience.policy.js';

/** What is told while a variant is made; `submitted` resolves when the provider's job id is in the log. */
export interface VariantReport {
  readonly submitted: (providerJobId: string) => Promise<void>;
  readonly progress: (progress: number) => void;
  /** Whether the provider serves others before this one. */
  readonly waiting: (waits: boolean) => void;
}

export interface VariantInput {
  readonly model: string;
  readonly request: () => Promise<ImageRequest>;
  /** Names the variant of the attempt to the provider. */
  readonly requestKey: string;
  readonly attempt: number;
  /** Known from the log when a job is taken over. */
  readonly providerJobId: string | null;
  readonly takenOver: boolean;
}

/** What a provider made, and what it asks for it. */
export interface Produced {
  readonly images: readonly ProducedImage[];
  readonly costUsd: number;
}

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

const submit = async (
  provider: ImageProvider,
  input: VariantInput,
  report: VariantReport,
  signal: AbortSignal,
): Promise<Submission> => {
  if (input.takenOver && !provider.idempotentSubmit) {
    // Whether the provider took the first call is unknown; sending it again might pay twice.
    throw new ProviderError('stalled', 'The worker died before the provider answered');
  }
  return provider.submit(input.model, await input.request(), {
    requestKey: input.requestKey,
    attempt: input.attempt,
    signal,
    onProgress: report.progress,
    onWaiting: report.waiting,
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
  report: VariantReport,
  signal: AbortSignal,
): Promise<Produced> => {
  for (;;) {
    // Asking is no part of what is made, and asking for a minute would fill the trace.
    const result = await patiently(() => untraced(() => provider.poll(jobId, signal)), signal);
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

/**
 * One result of a provider, from the first call or from a job that is known already.
 * @throws ProviderError or the signal's reason
 */
export const produceVariant = async (
  provider: ImageProvider,
  input: VariantInput,
  report: VariantReport,
  signal: AbortSignal,
): Promise<Produced> => {
  if (input.providerJobId !== null) return awaitJob(provider, input.providerJobId, report, signal);
  const submission = await submit(provider, input, report, signal);
  if (submission.status === 'succeeded') return submission;
  await report.submitted(submission.jobId);
  return awaitJob(provider, submission.jobId, report, signal);
};
