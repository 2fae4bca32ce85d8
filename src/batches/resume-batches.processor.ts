import type { EventStore } from '../eventsourcing/event-store.js';
import { endOf, type Followed } from './batch-concerns.policy.js';
import type { BatchRows } from './batch-rows.store.js';
import type { ItemEnd } from './batch.commands.js';
import type { Batches } from './batch.store.js';
import { openItems, type PlacedItem } from './due-items.policy.js';
import type { RunBatch } from './run-batch.reactor.js';

/** As long as this a batch is left to the reactor. */
const QUIET_MS = 60_000;
const PAGE = 100;

interface OpenItem {
  readonly runId: string;
  readonly isMade: boolean;
  readonly end: ItemEnd | null;
}

/** Goes through the batches that did not get on for a minute: an event that `RunBatch` gave up on would leave its batch open for ever. */
export class ResumeBatches {
  /** @param onFailure is told of each batch that could not be helped on, and is passed over until the next time */
  constructor(
    private readonly rows: BatchRows,
    private readonly sources: { readonly store: EventStore; readonly batches: Batches },
    private readonly runBatch: RunBatch,
    private readonly onFailure: (batchId: string, error: unknown) => void,
  ) {}

  async run(now: Date, signal: AbortSignal): Promise<void> {
    const quietSince = new Date(now.getTime() - QUIET_MS);
    for (let after: string | null = null; ;) {
      const page: readonly string[] = await this.rows.open(quietSince, PAGE, after);
      for (const batchId of page) {
        signal.throwIfAborted();
        await this.resume(batchId, quietSince).catch((error: unknown) => {
          this.onFailure(batchId, error);
        });
      }
      if (page.length < PAGE) return;
      after = page.at(-1) ?? null;
    }
  }

  /** Takes every step again that may be due, whichever was missed: all may be taken twice. */
  private async resume(batchId: string, quietSince: Date): Promise<void> {
    const events = (await this.sources.store.readStream(batchId)) as readonly Followed[];
    const cause = events.at(-1);
    if (!cause || Date.parse(cause.recordedAt) > quietSince.getTime()) return;
    const state = await this.sources.batches.state(batchId);
    const items = await Promise.all(openItems(state).map((item) => this.stand(item)));
    await this.runBatch.advance(batchId, {
      cause,
      isNew: true,
      ends: items.flatMap(({ end }) => end ?? []),
      made: items.flatMap(({ isMade, runId }) => (isMade ? [runId] : [])),
    });
  }

  /** An item ends with the first end of its run, whatever was asked for afterwards. */
  private async stand({ index, run_id: runId }: PlacedItem): Promise<OpenItem> {
    const events = (await this.sources.store.readStream(runId)) as readonly Followed[];
    const [end] = events.flatMap((event) => endOf(event) ?? []);
    return { runId, isMade: events.length > 0, end: end ? { index, ...end } : null };
  }
}
