import type { Known } from '../../eventsourcing/decision-handler.js';
import type { EventMetadata } from '../../eventsourcing/event.js';
import type { Generation } from '../generation.decider.js';
import { type Generations } from '../generation.store.js';
import { type WorkerLeases } from './workers.store.js';

/** An attempt that this worker has by the log. */
export interface Claim {
  readonly runId: string;
  readonly attempt: number;
  readonly known: Known<Generation>;
  readonly metadata: EventMetadata;
  /** Another worker, or this one before it lost its way, had begun it. */
  readonly takenOver: boolean;
}

/** Decides by the log whether a wake-up has anything to run, and takes the attempt if so. */
export class AttemptClaims {
  /** Number of the attempt that this process runs now, by run id. */
  private readonly running = new Map<string, number>();

  constructor(
    private readonly generations: Generations,
    private readonly leases: WorkerLeases,
  ) {}

  /** The attempt of a run that is under way in this process. */
  runningAttempt(runId: string): number | undefined {
    return this.running.get(runId);
  }

  /**
   * Runs `work` with the attempt claimed; does nothing where the wake-up is stale or early. No attempt of the run may be under way here.
   * @throws AttemptLost when somebody else was faster
   */
  async withClaim(
    wakeUp: { readonly runId: string; readonly attempt: number; readonly now: Date },
    work: (claim: Claim) => Promise<void>,
  ): Promise<void> {
    this.running.set(wakeUp.runId, wakeUp.attempt);
    try {
      const claim = await this.claim(wakeUp);
      if (claim) await work(claim);
    } finally {
      this.running.delete(wakeUp.runId);
    }
  }

  private async claim({
    runId,
    attempt,
    now,
  }: {
    readonly runId: string;
    readonly attempt: number;
    readonly now: Date;
  }): Promise<Claim | null> {
    const known = await this.generations.load(runId);
    const { state } = known;
    const { workerId } = this.leases;
    const metadata: EventMetadata = {
      correlation_id: runId,
      causation_id: `${runId}:${String(attempt)}`,
      actor: `worker:${workerId}`,
    };
    if (state.status === 'pending' && state.run.attempt === attempt) {
      const decision = await this.generations.decide(
        runId,
        { type: 'StartAttempt', attempt, workerId, now },
        { metadata, known },
      );
      return decision.outcome === 'decided' ? { runId, attempt, known: decision, metadata, takenOver: false } : null;
    }
    if (state.status !== 'processing' || state.run.attempt !== attempt) return null;
    // A live worker keeps its attempt; this process keeps none that it does not run.
    if (state.workerId !== workerId && (await this.leases.isAlive(state.workerId))) return null;
    const command = { type: 'ResumeAttempt', attempt, workerId, previousWorkerId: state.workerId, now } as const;
    const decision = await this.generations.decide(runId, command, { metadata, known });
    return decision.outcome === 'decided' ? { runId, attempt, known: decision, metadata, takenOver: true } : null;
  }
}
