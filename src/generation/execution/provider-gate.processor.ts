import { untraced } from '../../eventsourcing/traces.js';
import { Postponed } from '../../platform/queue/job-queue.port.js';
import type { ProviderLimits } from '../../providers/provider-limits.port.js';
import type { PostponementMeter } from '../postponement-meter.port.js';
import type { ProviderSlots, Refusal, SlotRequest } from './provider-slots.store.js';

/** Waiting attempts that a process remembers; one that it forgot costs a look into the log more. */
const MOST_REMEMBERED = 10_000;

interface Waiting {
  readonly attempt: number;
  readonly provider: string;
  /** By `performance.now()`, when its turn may have come. */
  readonly turnAt: number;
}

/**
 * Lets attempts at their provider within its limits, which count for all workers together. Whoever finds it full is postponed and takes no
 * slot of this worker meanwhile; while it is known to be full, nobody here asks the database. Without limits it costs nothing.
 */
export class ProviderGate {
  private readonly inside = new Set<string>();
  private readonly waiting = new Map<string, Waiting>();
  /** By `performance.now()`, until when nobody needs to ask for a provider. */
  private readonly fullUntil = new Map<string, number>();

  constructor(
    private readonly limits: ProviderLimits,
    private readonly slots: ProviderSlots,
    private readonly onError: (error: unknown) => void,
    private readonly meter: PostponementMeter,
  ) {}

  /** Does what finds out whether an attempt may begin. Where there are limits that is done again and again, and no part of the run's trace. */
  whileLooking<T>(look: () => Promise<T>): Promise<T> {
    return this.limits.areNone ? look() : untraced(look);
  }

  /** Before anything is read for a wake-up. @throws Postponed where it waits for a provider that is known to be full */
  refuseKnown(runId: string, attempt: number): void {
    const known = this.waiting.get(runId);
    if (known?.attempt !== attempt) return;
    const now = performance.now();
    const fullUntil = this.fullUntil.get(known.provider) ?? now;
    // A little later, so that those who were turned away together do not come back together.
    if (fullUntil > now)
      throw this.postponed(
        known.provider,
        ((Math.max(known.turnAt, fullUntil) - now) / 1000) * (1 + Math.random() / 4),
      );
  }

  /** @throws Postponed where the provider is full, and what the database answers */
  async enter(request: SlotRequest): Promise<void> {
    const { runId, provider, takenOver } = request;
    const limit = this.limits.of(provider);
    // The rate has counted an attempt when it started.
    if (!limit || (takenOver && limit.concurrency === null)) return;
    // Before the question: what another question of this worker does not find among these, it takes for forgotten.
    this.inside.add(runId);
    try {
      const refusal = await this.slots.take(request, limit, [...this.inside], Math.random());
      if (refusal) throw this.refused(request, refusal);
    } catch (error) {
      this.inside.delete(runId);
      throw error;
    }
    this.waiting.delete(runId);
    if (limit.concurrency === null) this.inside.delete(runId);
  }

  /** The attempt has ended, or is another worker's. */
  async leave(runId: string): Promise<void> {
    if (!this.inside.delete(runId)) return;
    // A slot that could not be given back is free again a minute later, as it is not among those that this process has.
    await this.slots.giveBack(runId).catch(this.onError);
  }

  /** The attempt is open and no longer run here; its slot stays with it. */
  abandon(runId: string): void {
    this.inside.delete(runId);
  }

  private refused(request: SlotRequest, { waitSeconds, fullSeconds }: Refusal): Postponed {
    const now = performance.now();
    if (fullSeconds !== null) this.fullUntil.set(request.provider, now + fullSeconds * 1000);
    this.remember(request, now + waitSeconds * 1000);
    return this.postponed(request.provider, waitSeconds);
  }

  private postponed(provider: string, seconds: number): Postponed {
    this.meter.tell({ provider });
    return new Postponed(seconds);
  }

  private remember({ runId, attempt, provider }: SlotRequest, turnAt: number): void {
    this.waiting.delete(runId);
    this.waiting.set(runId, { attempt, provider, turnAt });
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > MOST_REMEMBERED && oldest !== undefined) this.waiting.delete(oldest);
  }
}
