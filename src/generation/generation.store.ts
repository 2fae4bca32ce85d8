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
import type { Existing, Generation } from './generation-state.policy.js';
import { GENERATION_STREAM, type GenerationEvent, type GenerationOrder } from './generation.events.js';
import type { OrderDetails } from './status/generation.queries.js';

/** What the columns hold that mean something in one status only. */
const changingByStatus = (state: Existing): object => {
  switch (state.status) {
    case 'pending':
      return { next_attempt_at: state.nextAttemptAt, joined_to: state.joinedTo };
    case 'processing':
      return { worker_id: state.workerId, provider_job_id: state.providerJobs[0] ?? null };
    case 'completed': {
      const { source, ...completion } = state.completion;
      const taken = source && { source_run_id: source.run_id, saved_usd: source.saved_usd };
      return { completed_at: state.endedAt, ...completion, cost_usd: state.run.costUsd, ...taken };
    }
    case 'failed':
    case 'cancelled':
      return { completed_at: state.endedAt };
    default:
      return state satisfies never;
  }
};

/** Whether others may take this run's result, or wait for it: not where it takes one itself, and not where none comes. */
const offersResult = (state: Existing): boolean => {
  if (state.run.order.prompt_hash === undefined) return false;
  if (state.status === 'pending') return state.joinedTo === null;
  return state.status === 'processing' || (state.status === 'completed' && state.completion.source === undefined);
};

/** The columns of `generations` that change during a run's life; one that is left out becomes null. */
const changing = (state: Existing): object => ({
  status: state.status,
  attempt: state.run.attempt,
  started_at: state.run.startedAt,
  error: state.run.error,
  artifacts: state.run.artifacts,
  cached: false,
  ...(state.run.costUsd > 0 && { cost_usd: state.run.costUsd }),
  offers: offersResult(state),
  ...changingByStatus(state),
});

/** What only a job has, in a column that plain generations leave out. */
const detailsOf = ({ num_variants, structured_prompt, inputs, video }: GenerationOrder): { details?: OrderDetails } => {
  const details = { num_variants, structured_prompt, inputs, video };
  const given = Object.entries(details).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : { details: Object.fromEntries(given) };
};

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
