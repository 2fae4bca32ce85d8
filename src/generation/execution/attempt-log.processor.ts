import type { Known } from '../../eventsourcing/decision-handler.js';
import type { ErrorCategory } from '../../providers/image-provider.port.js';
import type { GenerationCommand } from '../generation.commands.js';
import type { Generation } from '../generation.decider.js';
import type { Generations } from '../generation.store.js';
import type { RetrySchedule } from '../retry.policy.js';
import type { Claim } from './claim-attempt.processor.js';
import type { AttemptResult } from './run-attempt.processor.js';

/** Why an attempt failed, in the words of the contract. */
export interface Fault {
  readonly category: ErrorCategory;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
}

/** One attempt's commands, each decided on the state that the one before it left. */
export class AttemptLog {
  /** The provider's job, also where the log refused to record it. */
  providerJobId: string | null;
  private known: Known<Generation>;

  constructor(
    private readonly generations: Generations,
    private readonly claim: Claim,
    private readonly workerId: string,
  ) {
    this.known = claim.known;
    this.providerJobId = claim.known.state.status === 'processing' ? claim.known.state.providerJobId : null;
  }

  get providerId(): string | null {
    return this.known.state.status === 'none' ? null : this.known.state.run.order.provider;
  }

  async wasCancelled(): Promise<boolean> {
    const { state } = await this.generations.load(this.claim.runId);
    return state.status === 'cancelled';
  }

  submitted(providerJobId: string): Promise<void> {
    this.providerJobId = providerJobId;
    return this.decide({ type: 'RecordSubmission', ...this.ref(), providerJobId, now: new Date() });
  }

  complete({ artifacts, costUsd }: AttemptResult): Promise<void> {
    return this.decide({ type: 'CompleteGeneration', ...this.ref(), artifacts, costUsd, now: new Date() });
  }

  fail(fault: Fault, schedule: RetrySchedule): Promise<void> {
    return this.decide({ type: 'FailAttempt', ...this.ref(), ...fault, schedule, now: new Date() });
  }

  private ref(): { readonly attempt: number; readonly workerId: string } {
    return { attempt: this.claim.attempt, workerId: this.workerId };
  }

  private async decide(command: GenerationCommand): Promise<void> {
    const { runId, metadata } = this.claim;
    const decision = await this.generations.decide(runId, command, { metadata, known: this.known });
    if (decision.outcome === 'decided') this.known = decision;
  }
}
