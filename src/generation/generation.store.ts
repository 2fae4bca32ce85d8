import { Injectable } from '@nestjs/common';
import {
  DecisionHandler,
  type Decision,
  type DecideOptions,
  type Known,
  type Replay,
  type StreamKind,
} from '../eventsourcing/decision-handler.js';
import { inlineReadModel } from '../eventsourcing/inline-rows.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { EventStore, type IdempotencyKey, type InlineRows } from '../eventsourcing/event-store.js';
import type { GenerationCommand } from './generation.commands.js';
import { generationDecider } from './generation.decider.js';
import { changing, detailsOf } from './generation-row.policy.js';
import type { Generation } from './generation-state.policy.js';
import { GENERATION_STREAM, type GenerationEvent } from './generation.events.js';

/** The rows of migrations/0004: what was ordered goes along once, with the event that creates the run. */
const inlineRows = (state: Generation, events: readonly GenerationEvent[]): InlineRows => {
  if (state.status === 'none') return {};
  const { order, createdAt } = state.run;
  const now = changing(state);
  const artifact = events.flatMap((event) => (event.type === 'GenerationArtifactStored' ? [event.data.artifact] : []));
  return events[0]?.type === 'GenerationCreated'
    ? { generation: [{ ...order, ...detailsOf(order), created_at: createdAt, ...now }], artifact }
    : { generation_change: [now], artifact };
};

/** A run as a kind of stream, with the row that is written along. */
export const GENERATION_KIND: StreamKind<Generation, GenerationCommand, GenerationEvent> = {
  type: GENERATION_STREAM,
  decider: generationDecider,
  inlineRows,
};

/** What `write_inline_rows` fills for generations. */
export const GENERATION_ROWS = inlineReadModel('generations', GENERATION_KIND, {
  tables: ['generations', 'artifacts'],
  key: 'run_id',
});

/** Runs as streams; the only place that decides about them. */
@Injectable()
export class Generations {
  private readonly decisions: DecisionHandler<Generation, GenerationCommand, GenerationEvent>;

  constructor(store: EventStore) {
    this.decisions = new DecisionHandler(store, GENERATION_KIND);
  }

  /** The events of a run, oldest first, and where they lead; for those who need to know how it came to that. */
  async history(
    runId: string,
  ): Promise<{ readonly events: readonly RecordedEvent<GenerationEvent>[]; readonly known: Known<Generation> }> {
    const events = await this.decisions.history(runId);
    return { events, known: this.decisions.knownFrom(events) };
  }

  load(runId: string): Promise<Known<Generation>> {
    return this.decisions.load(runId);
  }

  /** @throws what DecisionHandler.findReplay throws */
  findReplay(key: IdempotencyKey): Promise<Replay | null> {
    return this.decisions.findReplay(key);
  }

  /** @throws GenerationConflict, AttemptLost, and what DecisionHandler.decide throws */
  decide(runId: string, command: GenerationCommand, options: DecideOptions<Generation>): Promise<Decision<Generation>> {
    return this.decisions.decide(runId, command, options);
  }
}
