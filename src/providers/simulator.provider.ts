import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import {
  type ImageRequest,
  ImageProvider,
  type PollResult,
  type ProducedImage,
  ProviderError,
  type Submission,
  type SubmitContext,
} from './image-provider.port.js';
import { drawPicture, pictureSize, requestDigest } from './simulator/picture.js';
import { PRICE_USD, PROGRESS_STEPS, type Script, scriptOf, SIMULATOR_MODELS } from './simulator/script.js';
import { type JobState, SimulatorJobs } from './simulator/simulator-jobs.store.js';

/** Polling more rarely than that would show late what happens; a step of a slow job may take longer. */
const LONGEST_POLL_MS = 1_000;

const OFF = 'SIMULATOR is off';

/** Seed and everything else decided by the caller, so the id of an attempt's job follows from its key. */
const jobIdOf = (requestKey: string): string =>
  `sim_${createHash('sha256').update(requestKey).digest('base64url').slice(0, 24)}`;

/** Rejects with the signal's reason as soon as it aborts; what was sent goes on, as it would at a vendor. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The simulator's server is our database; when it does not answer, the vendor cannot be reached. */
async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new ProviderError('network', 'The simulator could not be reached', null, { cause: error });
  }
}

/**
 * Plays a remote vendor from a script that the model names (CONTRACT.md, "The simulator"). Accepted jobs are in the database, so
 * they outlive every process of Darkroom.
 */
export class SimulatorProvider extends ImageProvider {
  readonly id = 'simulator';
  readonly name = 'Simulator';
  readonly models = SIMULATOR_MODELS;
  readonly idempotentSubmit = true;
  readonly unavailableBecause: string | null;
  private readonly jobs: SimulatorJobs;

  /**
   * @param on whether SIMULATOR is on; nothing is written otherwise
   * @param latencyMs that a result takes on top of what its model says
   */
  constructor(
    pool: Pool,
    on: boolean,
    private readonly latencyMs = 0,
  ) {
    super();
    this.unavailableBecause = on ? null : OFF;
    this.jobs = new SimulatorJobs(pool);
  }

  submit(model: string, request: ImageRequest, context: SubmitContext): Promise<Submission> {
    return unlessAborted(context.signal, async () => {
      this.refuseWhenOff();
      const script = acceptableScript(model, request, context.attempt);
      const id = jobIdOf(context.requestKey);
      await reached(
        this.jobs.submit({
          id,
          requestKey: context.requestKey,
          model,
          durationMs: script.durationMs + this.latencyMs,
          failure: script.ends === 'failed' ? script.category : null,
          digest: requestDigest(model, request),
          ...pictureSize(request),
          seed: request.seed,
        }),
      );
      return { status: 'accepted', jobId: id };
    });
  }

  poll(jobId: string, signal: AbortSignal): Promise<PollResult> {
    return unlessAborted(signal, async () => {
      this.refuseWhenOff();
      const { ageMs, durationMs, failure } = await this.living(jobId);
      if (ageMs >= durationMs) {
        return failure === null
          ? { status: 'succeeded', costUsd: PRICE_USD }
          : { status: 'failed', category: failure, message: `The simulator fails as its model asks: ${failure}` };
      }
      const stepMs = durationMs / PROGRESS_STEPS;
      const step = Math.floor(ageMs / stepMs);
      const pollAfterMs = Math.min(LONGEST_POLL_MS, Math.ceil((step + 1) * stepMs - ageMs));
      return { status: 'running', progress: step / PROGRESS_STEPS, pollAfterMs };
    });
  }

  fetch(jobId: string, signal: AbortSignal): Promise<readonly ProducedImage[]> {
    return unlessAborted(signal, async () => {
      this.refuseWhenOff();
      const picture = await reached(this.jobs.fetch(jobId));
      if (picture === null) {
        await this.living(jobId);
        throw new ProviderError('invalid_request', `The job ${jobId} has no picture`);
      }
      const { digest, width, height, seed } = picture;
      const content = drawPicture(digest, { width, height });
      return [{ content, contentType: 'image/png', width, height, seed }];
    });
  }

  async cancel(jobId: string): Promise<void> {
    this.refuseWhenOff();
    await reached(this.jobs.cancel(jobId));
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  private refuseWhenOff(): void {
    if (this.unavailableBecause !== null) throw new ProviderError('provider_unavailable', this.unavailableBecause);
  }

  /** @throws ProviderError for a job that is unknown or was cancelled */
  private async living(jobId: string): Promise<JobState> {
    const state = await reached(this.jobs.state(jobId));
    if (state === null) throw new ProviderError('invalid_request', `The simulator has no job ${jobId}`);
    if (state.cancelled) throw new ProviderError('invalid_request', `The job ${jobId} was cancelled`);
    return state;
  }
}

/** @throws ProviderError where the vendor refuses the request on reading it */
function acceptableScript(model: string, request: ImageRequest, attempt: number): Exclude<Script, { ends: 'refused' }> {
  const script = scriptOf(model, attempt, request.seed);
  if (script === null) throw new ProviderError('invalid_request', `Unknown model: ${model}`);
  if (script.ends !== 'refused') return script;
  const { category, retryAfterSeconds } = script;
  throw new ProviderError(category, `The simulator refuses as its model asks: ${category}`, retryAfterSeconds);
}
