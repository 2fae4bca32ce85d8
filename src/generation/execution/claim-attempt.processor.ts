import { Logger } from '@nestjs/common';
import type { DecideOptions, Known } from '../../eventsourcing/decision-handler.js';
import { causedBy, type EventMetadata } from '../../eventsourcing/event.js';
import type { GenerationCommand } from '../generation.commands.js';
import type { Generation } from '../generation-state.policy.js';
import type { Generations } from '../generation.store.js';
import { isOverdue } from '../deadline.policy.js';
import { AttemptLost } from '../generation.errors.js';
import type { RetrySchedule } from '../retry.policy.js';
import { isGivenUp } from '../takeover.policy.js';
import { causeOf } from './attempt-job.policy.js';
import { expiryOf, failureOf } from './failure-line.policy.js';
import type { ProviderGate } from './provider-gate.processor.js';
import { missingVariants } from './variants.policy.js';
import type { WorkerLeases } from './workers.store.js';

/** An attempt that this worker has by the log. */
export interface Claim {
  readonly runId: string;
  readonly attempt: number;
  readonly known: Known<Generation>;
  readonly metadata: EventMetadata;
  /** Another worker, or this one before it lost its way, had begun it. */
  readonly takenOver: boolean;
}

interface WakeUp {
  readonly runId: string;
  readonly attempt: number;
  readonly now: Date;
}

/** Decides by the log whether a wake-up has anything to run, and takes the attempt if so. */
export class AttemptClaims {
  /** Number of the attempt that this process runs now, by run id. */
  private readonly running = new Map<string, number>();
  private readonly logger = new Logger(AttemptClaims.name);

  constructor(
    private readonly generations: Generations,
    private readonly leases: WorkerLeases,
    private readonly gate: ProviderGate,
    private readonly schedule: () => RetrySchedule,
  ) {}

  /** Ids of the runs that have an attempt under way in this process. */
  get runningRuns(): readonly string[] {
    return [...this.running.keys()];
  }

  /** The attempt of a run that is under way in this process. */
  runningAttempt(runId: string): number | undefined {
    return this.running.get(runId);
  }

  /**
   * Runs `work` with the attempt claimed; does nothing where the attempt has ended or a live worker has it. Whether it is due is the queue's
   * business: a wake-up that comes early starts it early. No attempt of the run may be under way here.
   * @throws AttemptLost when somebody else was faster, Postponed where the provider has no room for it
   */
  async withClaim(wakeUp: WakeUp, work: (claim: Claim) => Promise<void>): Promise<void> {
    this.running.set(wakeUp.runId, wakeUp.attempt);
    try {
      const claim = await this.claim(wakeUp);
      if (claim) await work(claim);
      await this.gate.leave(wakeUp.runId);
    } catch (error) {
      if (error instanceof AttemptLost) await this.gate.leave(wakeUp.runId);
      else this.gate.abandon(wakeUp.runId);
      throw error;
    } finally {
      this.running.delete(wakeUp.runId);
    }
  }

  private async claim(wakeUp: WakeUp): Promise<Claim | null> {
    const next = await this.gate.whileLooking(() => this.look(wakeUp));
    return next && next();
  }

  /** @returns what there is to do for a wake-up; null for nothing */
  private async look({ runId, attempt, now }: WakeUp): Promise<(() => Promise<Claim | null>) | null> {
    this.gate.refuseKnown(runId, attempt);
    const { events, known } = await this.generations.history(runId);
    const { state } = known;
    const cause = causeOf(events, attempt);
    if (!cause || state.status === 'none' || state.run.attempt !== attempt) return null;
    const { workerId } = this.leases;
    const options = { metadata: causedBy(cause, runId, `worker:${workerId}`), known };
    if (state.status === 'pending') {
      if (state.joinedTo === null && !isOverdue(state.run, now)) await this.enter(runId, state, false);
      return () => this.take(runId, { type: 'StartAttempt', attempt, workerId, now }, options);
    }
    if (state.status !== 'processing') return null;
    // A live worker keeps its attempt; this process keeps none that it does not run.
    const { workerId: previousWorkerId } = state;
    if (previousWorkerId !== workerId && (await this.leases.isAlive(previousWorkerId))) return null;
    if (isGivenUp(state.takeovers, state.providerJobs))
      return () => this.giveUp(state, options, { runId, attempt, now });
    await this.enter(runId, state, true);
    return () => this.take(runId, { type: 'ResumeAttempt', attempt, workerId, previousWorkerId, now }, options);
  }

  private async take(
    runId: string,
    command: Extract<GenerationCommand, { type: 'StartAttempt' | 'ResumeAttempt' }>,
    options: DecideOptions<Generation>,
  ): Promise<Claim | null> {
    const decision = await this.generations.decide(runId, command, options);
    // One that comes after the deadline of its run ends it.
    if (decision.outcome === 'decided' && decision.position !== null && decision.state.status === 'failed')
      this.logger.warn(expiryOf(decision.state.run.order.provider));
    const isOurs = decision.outcome === 'decided' && decision.state.status === 'processing';
    const { metadata } = options;
    const takenOver = command.type === 'ResumeAttempt';
    return isOurs ? { runId, attempt: command.attempt, known: decision, metadata, takenOver } : null;
  }

  private enter(
    runId: string,
    state: Extract<Generation, { status: 'pending' | 'processing' }>,
    takenOver: boolean,
  ): Promise<void> {
    const { order, artifacts, attempt, createdAt } = state.run;
    const due = state.status === 'pending' ? state.nextAttemptAt : null;
    return this.gate.enter({
      ...{ runId, attempt, takenOver, provider: order.provider, calls: missingVariants(order, artifacts).length },
      since: new Date(due ?? createdAt),
    });
  }

  /** Speaks for the worker that is gone: taking the attempt over only to end it would be one takeover more. */
  private async giveUp(
    { workerId, takeovers, run }: Extract<Generation, { status: 'processing' }>,
    options: DecideOptions<Generation>,
    { runId, attempt, now }: WakeUp,
  ): Promise<null> {
    const message = `The attempt has outlived ${String(takeovers + 1)} workers and is given up`;
    const failure = { category: 'stalled', message, retryAfterSeconds: null, schedule: this.schedule() } as const;
    const end = await this.generations.decide(
      runId,
      { type: 'FailAttempt', attempt, workerId, ...failure, now },
      options,
    );
    const { level, line } = failureOf(failure, end.outcome === 'decided' && end.state.status === 'failed');
    this.logger[level]({ ...line, msg: message, provider: run.order.provider });
    return null;
  }
}
