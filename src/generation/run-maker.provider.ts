import { Injectable } from '@nestjs/common';
import type { Decision } from '../eventsourcing/decision-handler.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import { CancelGeneration, type AnswerFromCache, type GenerationRequest, type Issued } from './generation.commands.js';
import type { Generation } from './generation-state.policy.js';
import { GenerationConflict, GenerationNotFound } from './generation.errors.js';
import type { GenerationOrder } from './generation.events.js';
import { Generations } from './generation.store.js';
import { OrderResolver } from './order-resolver.provider.js';
import { type CachedResult, PromptCache } from './prompt-cache.port.js';
import { RunControl, type Stopping } from './run-control.port.js';
import { seedOfRun } from './seed.policy.js';
import { resultOf } from './sharing/share-results.processor.js';

/** A run whose result is there already; the seed is the one that it was made with. */
const answered = (order: GenerationOrder, cached: CachedResult, now: Date): AnswerFromCache => ({
  type: 'AnswerFromCache',
  order: { ...order, seed: seedOfRun(order, cached.artifacts) },
  result: resultOf(cached, 'cache'),
  now,
});

const hasStarted = (state: Generation): boolean => state.status !== 'none' && state.run.startedAt !== null;

/** The one way in which runs come to be, whoever asks for them. */
@Injectable()
export class RunMaker extends RunControl {
  constructor(
    private readonly generations: Generations,
    private readonly orders: OrderResolver,
    private readonly cache: PromptCache,
  ) {
    super();
  }

  resolve(request: GenerationRequest): Promise<GenerationOrder> {
    return this.orders.resolve(request);
  }

  /** @throws GenerationConflict for a run that exists, and what DecisionHandler.decide throws */
  async create(
    runId: string,
    order: GenerationOrder,
    { issued, idempotencyKey }: { readonly issued: Issued; readonly idempotencyKey: IdempotencyKey | null },
  ): Promise<Decision<Generation>> {
    const { metadata, now } = issued;
    const cached = order.prompt_hash === undefined ? null : await this.cache.find(order.prompt_hash);
    return this.generations.decide(
      runId,
      cached ? answered(order, cached, now) : { type: 'CreateGeneration', order, now },
      { metadata, known: { state: { status: 'none' }, version: 0 }, ...(idempotencyKey && { idempotencyKey }) },
    );
  }

  async createOnce(runId: string, order: GenerationOrder, issued: Issued): Promise<void> {
    try {
      await this.create(runId, order, { issued, idempotencyKey: null });
    } catch (error) {
      if (!(error instanceof GenerationConflict)) throw error;
    }
  }

  async cancel(runId: string, which: 'any' | 'unstarted', issued: Issued): Promise<Stopping> {
    try {
      await this.generations.decide(runId, new CancelGeneration(runId, undefined, issued), {
        metadata: issued.metadata,
        precondition: ({ state }) => {
          if (which === 'unstarted' && hasStarted(state)) throw new GenerationConflict('The generation has started');
        },
      });
      return 'cancelled';
    } catch (error) {
      if (error instanceof GenerationNotFound) return 'absent';
      if (error instanceof GenerationConflict) return 'left';
      throw error;
    }
  }
}
