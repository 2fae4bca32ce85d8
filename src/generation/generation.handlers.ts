import { randomInt } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Decision } from '../eventsourcing/decision-handler.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import { requireMatch } from '../platform/http/etag.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { Director } from './direction/director.port.js';
import {
  CancelGeneration,
  RequestGeneration,
  RetryGeneration,
  type GenerationRequest,
  type RequestedGeneration,
} from './generation.commands.js';
import type { Generation } from './generation.decider.js';
import type { GenerationOrder } from './generation.events.js';
import { Generations } from './generation.store.js';

const SEEDS = 2 ** 32;

/** Decides everything that a request left open, so that the recorded order never depends on this process again. */
@CommandHandler(RequestGeneration)
export class RequestGenerationHandler implements ICommandHandler<RequestGeneration> {
  constructor(
    private readonly generations: Generations,
    private readonly models: ModelCatalogue,
    private readonly director: Director,
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
    const order = await this.resolve(request);
    const known = { state: { status: 'none' }, version: 0 } as const;
    return this.generations.decide(
      runId,
      { type: 'CreateGeneration', order, now },
      { metadata, known, ...(idempotencyKey && { idempotencyKey }) },
    );
  }

  private async resolve(request: GenerationRequest): Promise<GenerationOrder> {
    const { provider, model } = this.models.resolve(request.provider, request.model);
    const { visual, reasoning } =
      request.mode === 'ai'
        ? await this.director.direct(request.prompt, request.visual)
        : { visual: request.visual, reasoning: {} };
    return {
      type: 'image',
      user_id: request.userId,
      project_id: request.projectId,
      mode: request.mode,
      prompt: request.prompt,
      negative_prompt: request.negativePrompt,
      visual,
      reasoning,
      width: request.width,
      height: request.height,
      steps: request.steps,
      cfg_scale: request.cfgScale,
      seed: request.seed ?? randomInt(SEEDS),
      provider: provider.id,
      model: model.id,
      use_cache: request.useCache,
      max_retries: request.maxRetries,
    };
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
