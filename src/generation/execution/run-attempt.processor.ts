import { SpanKind } from '@opentelemetry/api';
import { v7 as uuidv7 } from 'uuid';
import { inSpan, nameOf } from '../../eventsourcing/traces.js';
import type { BlobStore } from '../../platform/storage/blob-store.port.js';
import { ProviderError, type ImageProvider, type ProducedImage } from '../../providers/image-provider.port.js';
import type { Artifact, Companion, GenerationOrder } from '../generation.events.js';
import { sumUsd } from '../money.policy.js';
import { faultOf, graverOf } from './attempt-fault.policy.js';
import { providerSpanAttributes } from './provider-span.policy.js';
import { readInputs, requestOf, type ReadInputs } from './provider-request.processor.js';
import { produceVariant, type Produced } from './produce-variant.processor.js';
import { VariantClock } from './variant-clock.signal.js';
import { missingVariants, requestKeyOf } from './variants.policy.js';

/** What the runner tells while it works; both promises resolve when the log has it. */
export interface RunReport {
  readonly submitted: (variant: number, providerJobId: string) => Promise<void>;
  /** A variant is there and others are still to come. */
  readonly stored: (result: VariantResult) => Promise<void>;
  /** The provider took too long for a variant, and what it still makes of it is of no use. */
  readonly expired: (variant: number) => Promise<void>;
  readonly progress: (progress: number) => void;
}

export interface AttemptInput {
  readonly runId: string;
  readonly attempt: number;
  readonly order: GenerationOrder;
  /** Those that the run has from before: of this attempt's last worker, or of earlier attempts. */
  readonly artifacts: readonly Artifact[];
  /** Known from the log when an attempt is taken over, by variant. */
  readonly providerJobs: Readonly<Record<number, string>>;
  readonly takenOver: boolean;
}

export interface VariantResult {
  readonly artifact: Artifact;
  readonly costUsd: number;
}

/** What was not reported as stored. */
export interface AttemptResult {
  readonly artifacts: readonly Artifact[];
  readonly costUsd: number;
}

interface Tools {
  readonly provider: ImageProvider;
  readonly blobs: BlobStore;
  /** For each variant, while the provider is at it. */
  readonly timeoutSeconds: number;
}

const companion = async (blobs: BlobStore, content: Buffer, content_type: string): Promise<Companion> => ({
  content_type,
  ...(await blobs.put(content)),
});

const store = async (blobs: BlobStore, image: ProducedImage, variant: number): Promise<Artifact> => {
  const { sha256, bytes } = await blobs.put(image.content);
  const { contentType, width, height, seed, poster, preview, durationSeconds } = image;
  return {
    ...{ id: uuidv7(), variant, content_type: contentType, width, height, bytes, sha256, seed },
    ...(durationSeconds !== undefined && { duration_seconds: durationSeconds }),
    ...(poster && { poster: await companion(blobs, poster, 'image/png') }),
    ...(preview && { preview: await companion(blobs, preview, 'image/webp') }),
  };
};

/** Variants' shares of the progress of their run; what the run has from before is done. */
const progressOf = (
  variants: number,
  missing: readonly number[],
  report: RunReport,
): ((variant: number) => (progress: number) => void) => {
  const shares = new Map(missing.map((variant) => [variant, 0]));
  return (variant) => (progress) => {
    shares.set(variant, progress);
    const made = [...shares.values()].reduce((sum, share) => sum + share, variants - missing.length);
    report.progress(made / variants);
  };
};

/**
 * One attempt from the provider's first call, or from its known jobs, to bytes in Darkroom's storage. Makes the variants that the run lacks, all
 * at once; where the provider fails one, the others are made to their end all the same, for they are paid for.
 * @throws ProviderError, StorageUnavailable, AttemptTimedOut, or the signal's reason
 */
export const runAttempt = async (
  tools: Tools,
  input: AttemptInput,
  report: RunReport,
  signal: AbortSignal,
): Promise<AttemptResult> => {
  const missing = missingVariants(input.order, input.artifacts);
  const progress = progressOf(input.order.num_variants ?? 1, missing, report);
  const lost = new AbortController();
  const make = makerOf(tools, input, { report, signal: AbortSignal.any([signal, lost.signal]) });
  const settled = await Promise.allSettled(
    missing.map(async (variant) => {
      try {
        const result = await make(variant, progress(variant));
        if (missing.length > 1) await report.stored(result);
        progress(variant)(1);
        return result;
      } catch (error) {
        // What is no fault of the variant concerns them all: the attempt is somebody else's, or the log is away.
        if (faultOf(error) === null) lost.abort(error);
        throw error;
      }
    }),
  );
  const faults = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (faults.length > 0) throw faults.reduce(graverOf);
  if (missing.length > 1) return { artifacts: [], costUsd: 0 };
  const made = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  return { artifacts: made.map(({ artifact }) => artifact), costUsd: sumUsd(...made.map(({ costUsd }) => costUsd)) };
};

/**
 * A call of a provider as a span, whose error is told in the words of the contract: a provider's own may repeat the prompt. One that was given up,
 * for a run that was cancelled or a worker that stops, did not fail.
 */
const callInSpan = (
  order: GenerationOrder,
  { signal, ...which }: Parameters<typeof providerSpanAttributes>[1] & { readonly signal: AbortSignal },
  call: () => Promise<Produced>,
): Promise<Produced> =>
  inSpan(
    `generate_content ${order.model}`,
    {
      ...{ kind: SpanKind.CLIENT, attributes: providerSpanAttributes(order, which) },
      failureOf: (error) => (signal.aborted ? null : (faultOf(error)?.category ?? nameOf(error))),
    },
    async (span) => {
      const produced = await call();
      span.setAttributes({ 'gen_ai.usage.cost.amount': produced.costUsd, 'gen_ai.usage.cost.currency': 'USD' });
      return produced;
    },
  );

type Maker = (variant: number, progress: (progress: number) => void) => Promise<VariantResult>;

const makerOf = (
  { provider, blobs, timeoutSeconds }: Tools,
  { runId, order, attempt, takenOver, providerJobs }: AttemptInput,
  { report, signal }: { readonly report: RunReport; readonly signal: AbortSignal },
): Maker => {
  let reading: Promise<ReadInputs> | undefined;
  /** Not before a provider asks for them: one that has the job does not. */
  const inputs = (): Promise<ReadInputs> => (reading ??= readInputs(blobs, order.inputs));
  return async (variant, progress) => {
    const clock = new VariantClock(timeoutSeconds);
    try {
      const { images, costUsd } = await callInSpan(order, { runId, attempt, variant, signal }, () =>
        produceVariant(
          provider,
          {
            ...{ model: order.model, attempt, takenOver, providerJobId: providerJobs[variant] ?? null },
            request: async () => requestOf(order, variant, await inputs()),
            requestKey: requestKeyOf(runId, attempt, variant),
          },
          {
            submitted: (jobId) => report.submitted(variant, jobId),
            progress,
            waiting: (waits) => {
              clock.setWaiting(waits);
            },
          },
          AbortSignal.any([signal, clock.signal]),
        ),
      );
      const [image] = images;
      if (!image) throw new ProviderError('unknown', 'The provider answered without a picture');
      const result = { artifact: await store(blobs, image, variant), costUsd };
      // Bytes that were stored for a run that was cancelled meanwhile stay unreferenced, and are swept.
      signal.throwIfAborted();
      return result;
    } catch (error) {
      if (clock.signal.aborted) await report.expired(variant);
      throw error;
    } finally {
      clock.stop();
    }
  };
};
