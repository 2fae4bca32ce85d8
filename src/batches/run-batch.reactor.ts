import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { causedBy, type RecordedEvent } from '../eventsourcing/event.js';
import type { Reactor } from '../eventsourcing/projection.js';
import { contextFrom, inSpan } from '../eventsourcing/traces.js';
import type { Issued } from '../generation/generation.commands.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { RunControl } from '../generation/run-control.port.js';
import { GetBatchPlaces, type BatchPlace } from '../generation/status/generation.queries.js';
import { concernsIn, endedRuns, type Concern, type Followed } from './batch-concerns.policy.js';
import type { Batch } from './batch.decider.js';
import type { BatchEvent } from './batch.events.js';
import { BatchRows } from './batch-rows.store.js';
import { Batches } from './batch.store.js';
import { dueItems, openItems, type PlacedItem } from './due-items.policy.js';

/** Items whose runs can be looked at in one trace. */
const MOST_IN_ONE_TRACE = 10;

/** The run of an item is a part of the trace of its batch, or, of a large batch, has a trace of its own that is linked to that. */
const asPartOf = (cause: RecordedEvent, items: number, make: () => Promise<void>): Promise<void> =>
  items > MOST_IN_ONE_TRACE
    ? inSpan('batch item', { parent: contextFrom(undefined), links: [cause.metadata.traceparent] }, make)
    : make();

/**
 * Takes batches from item to item: makes the runs that are due, records how runs end, and stops those that are to be stopped. Whatever it
 * does it may do twice: a run is made once, an item ends once.
 */
@Injectable()
export class RunBatch implements Reactor {
  readonly name = 'run_batch';
  readonly handles = [
    'BatchCreated',
    'BatchStopped',
    'GenerationCreated',
    'GenerationCompleted',
    'GenerationFailed',
    'GenerationCancelled',
  ] satisfies (BatchEvent | GenerationEvent)['type'][];

  constructor(
    private readonly batches: Batches,
    private readonly rows: BatchRows,
    private readonly runs: RunControl,
    private readonly queries: QueryBus,
  ) {}

  async react(batch: readonly RecordedEvent[]): Promise<void> {
    const events = batch as readonly Followed[];
    const concerns = concernsIn(events, await this.placesOf(endedRuns(events)));
    const idle = await this.idleAmong(concerns);
    const busy = [...concerns].filter(([batchId]) => !idle.has(batchId));
    await Promise.all(busy.map(([batchId, concern]) => this.advance(batchId, concern)));
  }

  /** Batches that have nothing to do for the runs that were made for them, which is all but those that were stopped: their rows say so. */
  private async idleAmong(concerns: ReadonlyMap<string, Concern>): Promise<ReadonlySet<string>> {
    const made = [...concerns].filter(([, { cause }]) => cause.type === 'GenerationCreated');
    const ids = made.filter(([, { isNew, ends }]) => !isNew && ends.length === 0).map(([batchId]) => batchId);
    if (ids.length === 0) return new Set();
    const stopped = await this.rows.stopped(ids);
    return new Set(ids.filter((batchId) => !stopped.has(batchId)));
  }

  private placesOf(runIds: readonly string[]): Promise<readonly BatchPlace[]> {
    return runIds.length === 0 ? Promise.resolve([]) : this.queries.execute(new GetBatchPlaces(runIds));
  }

  /** Everything that is due in a batch after what concerned it. */
  async advance(batchId: string, concern: Concern): Promise<void> {
    const { cause, ends } = concern;
    const state =
      ends.length > 0
        ? await this.batches.endItems(batchId, ends, causedBy(cause, batchId, 'batch'))
        : await this.batches.state(batchId);
    if (state.status === 'none') return;
    if (state.stopped) await this.windDown(batchId, state, concern);
    else await this.begin(batchId, state, concern);
  }

  private async begin(
    batchId: string,
    state: Exclude<Batch, { status: 'none' }>,
    { cause, isNew, ends }: Concern,
  ): Promise<void> {
    const goesOn = isNew || (ends.length > 0 && state.status === 'running' && !state.order.parallel);
    if (!goesOn) return;
    const make = ({ index, run_id, order }: PlacedItem): Promise<void> =>
      asPartOf(cause, state.order.items.length, () =>
        this.runs.createOnce(run_id, { ...order, batch_id: batchId, batch_index: index }, this.issued(cause, run_id)),
      );
    await Promise.all(dueItems(state).map(make));
  }

  /**
   * Runs that are made already are cancelled, or go on where only those that wait were to be stopped, and end by their own events. The
   * others end here. A process that does not know yet that another one has taken its place may have made a run too late.
   */
  private async windDown(
    batchId: string,
    state: Exclude<Batch, { status: 'none' }>,
    { cause, made }: Concern,
  ): Promise<void> {
    const which = state.stopped?.reason === 'cancelled' ? 'any' : 'unstarted';
    const open = openItems(state);
    const late = made.filter((runId) => !open.some(({ run_id }) => run_id === runId));
    await Promise.all(late.map((runId) => this.runs.cancel(runId, which, this.issued(cause, runId))));
    const stopped = await Promise.all(
      open.map(async ({ index, run_id }) => ({
        index,
        stopping: await this.runs.cancel(run_id, which, this.issued(cause, run_id)),
      })),
    );
    const endedAt = new Date().toISOString();
    const ends = stopped
      .filter(({ stopping }) => stopping === 'absent')
      .map(({ index }) => ({ index, outcome: { status: 'cancelled', started: false } as const, endedAt }));
    if (ends.length > 0) await this.batches.endItems(batchId, ends, causedBy(cause, batchId, 'batch'));
  }

  private issued(cause: RecordedEvent, runId: string): Issued {
    return { now: new Date(), metadata: causedBy(cause, runId, 'batch') };
  }
}
