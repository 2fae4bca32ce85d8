import { Logger } from '@nestjs/common';
import type { LogTail } from '../../eventsourcing/log-tail.js';
import { withLogFields } from '../../platform/logging/log-context.js';
import type { Job, JobHandler } from '../../platform/queue/job-queue.port.js';
import type { BlobStore } from '../../platform/storage/blob-store.port.js';
import type { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import { AttemptLost } from '../generation.errors.js';
import type { Generations } from '../generation.store.js';
import type { ProgressChannel } from '../progress.port.js';
import type { RetrySchedule } from '../retry.policy.js';
import { faultOf, UNFORESEEN, type Fault } from './attempt-fault.policy.js';
import { fieldsOf, promptsOf } from './attempt-context.processor.js';
import { AttemptLog } from './attempt-log.processor.js';
import type { AttemptClaims, Claim } from './claim-attempt.processor.js';
import { cancellationFault, failureOf } from './failure-line.policy.js';
import { runAttempt, type AttemptResult } from './run-attempt.processor.js';

class RunCancelled extends Error {
  override readonly name = 'RunCancelled';
}

/** A wake-up came before this process was through with the attempt before it. */
class AttemptUnderWay extends Error {
  override readonly name = 'AttemptUnderWay';
}

export interface AttemptServices {
  readonly generations: Generations;
  readonly models: ModelCatalogue;
  readonly blobs: BlobStore;
  readonly progress: ProgressChannel;
  readonly claims: AttemptClaims;
  readonly tail: LogTail;
}

export interface AttemptSettings {
  readonly timeoutSeconds: number;
  /** Draws its random number anew for each failure. */
  readonly schedule: () => RetrySchedule;
}

/** Runs the attempt that a wake-up names, if the log agrees, and records how it ended. */
export class AttemptProcessor {
  private readonly logger = new Logger(AttemptProcessor.name);
  private readonly failures = new Logger('Providers');
  private readonly cancellations = new Map<string, AbortController>();

  constructor(
    private readonly services: AttemptServices,
    private readonly settings: AttemptSettings,
    private readonly workerId: string,
  ) {}

  /** Listens for cancellations, from any process, of the runs that are under way here. */
  start(): void {
    this.services.tail.subscribe((events) => {
      for (const { type, streamId } of events) {
        if (type === 'GenerationCancelled')
          this.cancellations.get(streamId)?.abort(new RunCancelled('The run was cancelled'));
      }
    });
  }

  /** Rejects, and so gives the job back, when the log could not be written, the worker stops, or an earlier attempt is not quite over. */
  readonly handle: JobHandler = async (job: Job, signal: AbortSignal): Promise<void> => {
    const [runId, attempt] = [String(job.data['run_id']), Number(job.data['attempt'])];
    const underWay = this.services.claims.runningAttempt(runId);
    // A doubled wake-up must not take the place of the running one among those that hear of a cancellation.
    if (underWay === attempt) return;
    if (underWay !== undefined) throw new AttemptUnderWay(`Attempt ${String(underWay)} of ${runId} is not over yet`);
    const cancellation = new AbortController();
    // Before the claim: a cancellation that comes right after it must find somebody listening.
    this.cancellations.set(runId, cancellation);
    try {
      await withLogFields({ run_id: runId, attempt }, () =>
        this.claimAndRun({ runId, attempt }, AbortSignal.any([signal, cancellation.signal])),
      );
    } finally {
      this.cancellations.delete(runId);
    }
  };

  private async claimAndRun(
    wakeUp: { readonly runId: string; readonly attempt: number },
    stop: AbortSignal,
  ): Promise<void> {
    try {
      await this.services.claims.withClaim({ ...wakeUp, now: new Date() }, (claim) =>
        withLogFields(fieldsOf(claim), () => this.run(claim, stop), promptsOf(claim)),
      );
    } catch (error) {
      if (!(error instanceof AttemptLost)) throw error;
      this.logger.debug(error.message);
    }
  }

  private async run(claim: Claim, stop: AbortSignal): Promise<void> {
    const log = new AttemptLog(this.services.generations, claim, this.workerId);
    try {
      const result = await this.produce(claim, log, stop);
      await log.complete(result);
    } catch (error) {
      await this.settle(error, claim, log, stop);
    }
  }

  private produce(claim: Claim, log: AttemptLog, stop: AbortSignal): Promise<AttemptResult> {
    const { runId, attempt, takenOver, known } = claim;
    if (known.state.status !== 'processing') throw new AttemptLost('The run ended while its attempt was claimed');
    const { run, providerJobs } = known.state;
    const provider = this.services.models.provider(run.order.provider);
    return runAttempt(
      { provider, blobs: this.services.blobs, timeoutSeconds: this.settings.timeoutSeconds },
      { runId, attempt, order: run.order, artifacts: run.artifacts, providerJobs, takenOver },
      {
        submitted: (variant, jobId) => log.submitted(variant, jobId),
        stored: (result) => log.stored(result),
        expired: (variant) => this.stopJobs(provider.id, log.jobsOf(variant)),
        progress: (progress) => {
          this.services.progress.report({ runId, attempt, progress });
        },
      },
      stop,
    );
  }

  private async settle(error: unknown, claim: Claim, log: AttemptLog, stop: AbortSignal): Promise<void> {
    if (error instanceof AttemptLost || stop.reason instanceof RunCancelled) {
      // A worker that took the attempt over goes on with the provider's job; only a cancelled run has no use for it.
      if (log.providerId !== null && (await log.wasCancelled())) await this.stopJobs(log.providerId, log.jobs);
      return;
    }
    // The worker stops or lost its claim: the attempt stays open, whoever takes it over goes on with it.
    if (stop.aborted) throw error;
    if (isLogFault(error)) throw error;
    const fault = faultOf(error);
    await log.fail(fault ?? UNFORESEEN, this.settings.schedule());
    this.tell(claim, fault, { hasEnded: log.hasFailed, error });
  }

  /** What a provider says of a failure stands in the run's events; the log has none of it, as it may repeat the prompt. */
  private tell(
    { known }: Claim,
    fault: Fault | null,
    end: { readonly hasEnded: boolean; readonly error: unknown },
  ): void {
    const { level, line } = failureOf(fault ?? UNFORESEEN, end.hasEnded);
    const prompt = known.state.status === 'none' ? null : known.state.run.order.prompt;
    this.failures[level]({ ...line, ...(prompt !== null && { prompt }), ...(fault === null && { err: end.error }) });
  }

  private async stopJobs(providerId: string, jobs: readonly string[]): Promise<void> {
    await Promise.all(jobs.map((jobId) => this.stopJob(providerId, jobId)));
  }

  private async stopJob(providerId: string, jobId: string): Promise<void> {
    try {
      await this.services.models.provider(providerId).cancel(jobId);
    } catch (error) {
      // The run has ended all the same; the provider finishes a picture that nobody fetches.
      this.logger.warn({ msg: `Provider ${providerId} did not cancel ${jobId}`, ...cancellationFault(error) });
    }
  }
}

/** Faults of the log itself: nothing about the attempt can be recorded, so it must be delivered again. */
const isLogFault = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'EventStoreUnavailable' || error.name === 'WrongExpectedVersion');
