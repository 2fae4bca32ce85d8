import type { Known } from '../../eventsourcing/decision-handler.js';
import { cut, unsafeText } from '../../platform/http/safe-text.js';
import { ProviderError } from '../../providers/image-provider.port.js';
import type { GenerationCommand } from '../generation.commands.js';
import type { Generation } from '../generation-state.policy.js';
import type { Generations } from '../generation.store.js';
import type { RetrySchedule } from '../retry.policy.js';
import type { Fault } from './attempt-fault.policy.js';
import type { Claim } from './claim-attempt.processor.js';
import type { AttemptResult, VariantResult } from './run-attempt.processor.js';

/** Characters of a provider's message that are kept: enough to understand it, and no page of HTML. */
const LONGEST_MESSAGE = 2_000;
const LONGEST_JOB_ID = 2_000;

/** An id that was cleaned or cut would name another job. */
const isRecordable = (jobId: string): boolean =>
  jobId !== '' && jobId.length <= LONGEST_JOB_ID && unsafeText(jobId) === null;

/**
 * One attempt's commands, each decided on the state that the one before it left. What a provider says is made fit for the log here: a text
 * that PostgreSQL refuses would fail the append, and with it the attempt, again and again.
 */
export class AttemptLog {
  /** The provider's jobs by variant, also those that the log refused to record, without those whose result is stored. */
  private readonly providerJobs: Map<number, string>;
  private known: Known<Generation>;
  /** Variants come when they like; each command is decided on the state after the one before it. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly generations: Generations,
    private readonly claim: Claim,
    private readonly workerId: string,
  ) {
    this.known = claim.known;
    const { state } = claim.known;
    const jobs = state.status === 'processing' ? Object.entries(state.providerJobs) : [];
    this.providerJobs = new Map(jobs.map(([variant, jobId]) => [Number(variant), jobId]));
  }

  get providerId(): string | null {
    return this.known.state.status === 'none' ? null : this.known.state.run.order.provider;
  }

  /** Whether the run has failed for good, as far as this attempt knows. */
  get hasFailed(): boolean {
    return this.known.state.status === 'failed';
  }

  get jobs(): readonly string[] {
    return [...this.providerJobs.values()];
  }

  /** The provider's job for a variant, or none. */
  jobsOf(variant: number): readonly string[] {
    const job = this.providerJobs.get(variant);
    return job === undefined ? [] : [job];
  }

  async wasCancelled(): Promise<boolean> {
    const { state } = await this.generations.load(this.claim.runId);
    return state.status === 'cancelled';
  }

  /** @throws ProviderError for an id that cannot be kept as it is */
  async submitted(variant: number, providerJobId: string): Promise<void> {
    this.providerJobs.set(variant, providerJobId);
    if (!isRecordable(providerJobId))
      throw new ProviderError('unknown', 'The provider gave its job an id that cannot be recorded');
    await this.decide({ type: 'RecordSubmission', ...this.ref(), variant, providerJobId, now: new Date() });
  }

  async stored({ artifact, costUsd }: VariantResult): Promise<void> {
    await this.decide({ type: 'RecordArtifact', ...this.ref(), artifact, costUsd, now: new Date() });
    this.providerJobs.delete(artifact.variant);
  }

  complete({ artifacts, costUsd }: AttemptResult): Promise<void> {
    return this.decide({ type: 'CompleteGeneration', ...this.ref(), artifacts, costUsd, now: new Date() });
  }

  fail(fault: Fault, schedule: RetrySchedule): Promise<void> {
    const message = cut(fault.message, LONGEST_MESSAGE);
    return this.decide({ type: 'FailAttempt', ...this.ref(), ...fault, message, schedule, now: new Date() });
  }

  private ref(): { readonly attempt: number; readonly workerId: string } {
    return { attempt: this.claim.attempt, workerId: this.workerId };
  }

  private decide(command: GenerationCommand): Promise<void> {
    const decided = this.turn.then(() => this.decideNext(command));
    this.turn = decided.catch(() => undefined);
    return decided;
  }

  private async decideNext(command: GenerationCommand): Promise<void> {
    const { runId, metadata } = this.claim;
    const decision = await this.generations.decide(runId, command, { metadata, known: this.known });
    if (decision.outcome === 'decided') this.known = decision;
  }
}
