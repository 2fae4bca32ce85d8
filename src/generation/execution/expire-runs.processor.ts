import { causedBy } from '../../eventsourcing/event.js';
import { AttemptLost } from '../generation.errors.js';
import type { Generations } from '../generation.store.js';
import { causeOf } from './attempt-job.policy.js';
import type { OverdueRun, OverdueRuns } from './overdue-runs.store.js';

const PAGE = 200;

/** What is told of each run. */
export interface ExpiryReport {
  readonly ended: (runId: string, end: { readonly attempt: number; readonly provider: string }) => void;
  /** It could not be ended, and is passed over until the next time. */
  readonly failed: (runId: string, error: unknown) => void;
}

/**
 * Ends runs that have waited for longer than they may, those too whose turn no worker has come to and those that wait for another one's
 * result. Twice is as good as once: the decider lets a run expire only while it waits.
 */
export class ExpireRuns {
  constructor(
    private readonly overdue: OverdueRuns,
    private readonly generations: Generations,
    private readonly report: ExpiryReport,
  ) {}

  /** All that are overdue, a page at a time. @returns how many were ended */
  async run(signal: AbortSignal): Promise<number> {
    let expired = 0;
    for (let after: OverdueRun | null = null; ;) {
      signal.throwIfAborted();
      const page: readonly OverdueRun[] = await this.overdue.page(PAGE, after);
      // At the same time, so that they leave as one group.
      const ended = await Promise.all(page.map(({ run_id }) => this.expire(run_id)));
      expired += ended.filter(Boolean).length;
      after = page.at(-1) ?? null;
      if (page.length < PAGE) return expired;
    }
  }

  /** @returns whether it was ended */
  private async expire(runId: string): Promise<boolean> {
    try {
      const { events, known } = await this.generations.history(runId);
      if (known.state.status === 'none') return false;
      const { attempt, order } = known.state.run;
      const cause = causeOf(events, attempt);
      if (!cause) return false;
      const metadata = causedBy(cause, runId, 'system');
      const decision = await this.generations.decide(
        runId,
        { type: 'ExpireGeneration', now: new Date() },
        { metadata, known },
      );
      if (decision.outcome === 'decided' && decision.position !== null)
        this.report.ended(runId, { attempt, provider: order.provider });
      return true;
    } catch (error) {
      // A worker, or somebody who cancelled it, was faster.
      if (!(error instanceof AttemptLost)) this.report.failed(runId, error);
      return false;
    }
  }
}
