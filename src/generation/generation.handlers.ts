import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Decision } from '../eventsourcing/decision-handler.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import { requireMatch } from '../platform/http/etag.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import { type CachedResult, PromptCache } from './prompt-cache.port.js';
import {
  type AnswerFromCache,
  CancelGeneration,
  RequestGeneration,
  RetryGeneration,
  type RequestedGeneration,
} from './generation.commands.js';
import type { Generation } from './generation.decider.js';
import type { GenerationOrder } from './generation.events.js';
import { Generations } from './generation.store.js';
import { OrderResolver } from './order-resolver.provider.js';
import { resultOf } from './sharing/share-results.processor.js';

/** A run whose result is there already; the seed is the one that it was made with. */
const answered = (order: GenerationOrder, cached: CachedResult, now: Date): AnswerFromCache => ({
  type: 'AnswerFromCache',
  order: { ...order, seed: cached.artifacts[0]?.seed ?? order.seed },
  result: resultOf(cached, 'cache'),
  now,
});

@CommandHandler(RequestGeneration)
export class RequestGenerationHandler implements ICommandHandler<RequestGeneration> {
  constructor(
    private readonly generations: Generations,
    private readonly orders: OrderResolver,
    private readonly cache: PromptCache,
  ) {}

  /** @throws RequestInvalid for an unknown model or an idempotency key that came with another body */
  async execute(command: RequestGeneration): Promise<RequestedGeneration> {
    const decision = await refuseOtherBody(this.replayOrCreate(command));
    return decision.outcome === 'replay'
      ? { runId: decision.streamId, replayed: true }
      : { runId: command.runId, replayed: false };
  }

  /** A repeat leads to its run although nothing could be resolved any more: the model may be gone, the defaults may have changed. */
  private async replayOrCreate({
    runId,
    request,
    idempotencyKey,
    issued: { metadata, now },
  }: RequestGeneration): Promise<Decision<Generation>> {
    const replay = idempotencyKey && (await this.generations.findReplay(idempotencyKey));
    if (replay) return replay;
    const order = await this.orders.resolve(request);
    const cached = order.prompt_hash === undefined ? null : await this.cache.find(order.prompt_hash);
    const known = { state: { status: 'none' }, version: 0 } as const;
    return this.generations.decide(
      runId,
      cached ? answered(order, cached, now) : { type: 'CreateGeneration', order, now },
      {
        metadata,
        known,
        ...(idempotencyKey && { idempotencyKey }),
      },
    );
  }
}

/** @returns whether the idempotency key had led here before */
const decideAbout = async (
  generations: Generations,
  command: CancelGeneration | RetryGeneration,
  idempotencyKey: IdempotencyKey | null,
): Promise<boolean> => {
  const decision = await refuseOtherBody(
    generations.decide(command.runId, command, {
      metadata: command.issued.metadata,
      precondition: ({ version }) => {
        requireMatch(command.ifMatch, version);
      },
      ...(idempotencyKey && { idempotencyKey }),
    }),
  );
  return decision.outcome === 'replay';
};

@CommandHandler(CancelGeneration)
export class CancelGenerationHandler implements ICommandHandler<CancelGeneration> {
  constructor(private readonly generations: Generations) {}

  /** @throws GenerationNotFound, GenerationConflict, PreconditionFailed */
  async execute(command: CancelGeneration): Promise<void> {
    await decideAbout(this.generations, command, null);
  }
}

@CommandHandler(RetryGeneration)
export class RetryGenerationHandler implements ICommandHandler<RetryGeneration> {
  constructor(private readonly generations: Generations) {}

  /** @throws GenerationNotFound, GenerationConflict, PreconditionFailed, RequestInvalid */
  async execute(command: RetryGeneration): Promise<RequestedGeneration> {
    const replayed = await decideAbout(this.generations, command, command.idempotencyKey);
    return { runId: command.runId, replayed };
  }
}
