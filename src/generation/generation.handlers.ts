import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import { requireMatch } from '../platform/http/etag.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import {
  CancelGeneration,
  RequestGeneration,
  RetryGeneration,
  type RequestedGeneration,
} from './generation.commands.js';
import { Generations } from './generation.store.js';
import { RunMaker } from './run-maker.provider.js';

@CommandHandler(RequestGeneration)
export class RequestGenerationHandler implements ICommandHandler<RequestGeneration> {
  constructor(
    private readonly generations: Generations,
    private readonly runs: RunMaker,
  ) {}

  /** @throws RequestInvalid for an unknown model or an idempotency key that came with another body */
  execute(command: RequestGeneration): Promise<RequestedGeneration> {
    return refuseOtherBody(this.replayOrCreate(command));
  }

  /** A repeat leads to its run although nothing could be resolved any more: the model may be gone, the defaults may have changed. */
  private async replayOrCreate({
    runId,
    request,
    idempotencyKey,
    issued,
  }: RequestGeneration): Promise<RequestedGeneration> {
    const replay = idempotencyKey && (await this.generations.findReplay(idempotencyKey));
    if (replay) return { runId: replay.streamId, replayed: true };
    const order = await this.runs.resolve(request);
    const decision = await this.runs.create(runId, order, { issued, idempotencyKey });
    return decision.outcome === 'replay' ? { runId: decision.streamId, replayed: true } : { runId, replayed: false };
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
