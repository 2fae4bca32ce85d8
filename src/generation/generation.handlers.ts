import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Decision } from '../eventsourcing/decision-handler.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import { linkActiveSpan } from '../eventsourcing/traces.js';
import { requireMatch } from '../platform/http/etag.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import {
  CancelGeneration,
  RefineGeneration,
  RequestGeneration,
  RetryGeneration,
  type RequestedGeneration,
} from './generation.commands.js';
import { GenerationConflict, GenerationNotFound } from './generation.errors.js';
import { rowOf } from './generation-row.policy.js';
import type { Generation } from './generation-state.policy.js';
import { Generations } from './generation.store.js';
import { seedOfRun } from './seed.policy.js';
import { OrderRefiner } from './refine/order-refiner.provider.js';
import { RunMaker } from './run-maker.provider.js';

const replayOrCreate = async (
  generations: Generations,
  { runId, idempotencyKey }: { readonly runId: string; readonly idempotencyKey: IdempotencyKey | null },
  create: () => Promise<Decision<Generation>>,
): Promise<RequestedGeneration> => {
  const decision = await refuseOtherBody(
    (async () => (idempotencyKey && (await generations.findReplay(idempotencyKey))) ?? (await create()))(),
  );
  return decision.outcome === 'replay'
    ? { runId: decision.streamId, replayed: true, row: null }
    : { runId, replayed: false, row: rowOf(runId, decision) };
};

@CommandHandler(RequestGeneration)
export class RequestGenerationHandler implements ICommandHandler<RequestGeneration> {
  constructor(
    private readonly generations: Generations,
    private readonly runs: RunMaker,
  ) {}

  /** @throws RequestInvalid for what OrderResolver refuses, or an idempotency key that came with another body */
  async execute({ runId, request, idempotencyKey, issued }: RequestGeneration): Promise<RequestedGeneration> {
    // A repeat leads to its run although nothing could be resolved any more: the model may be gone, the defaults may have changed.
    return replayOrCreate(this.generations, { runId, idempotencyKey }, async () =>
      this.runs.create(runId, await this.runs.resolve(request), { issued, idempotencyKey }),
    );
  }
}

@CommandHandler(RefineGeneration)
export class RefineGenerationHandler implements ICommandHandler<RefineGeneration> {
  constructor(
    private readonly generations: Generations,
    private readonly refinements: OrderRefiner,
    private readonly runs: RunMaker,
  ) {}

  /** @throws GenerationNotFound, GenerationConflict while the parent is not completed, RequestInvalid */
  async execute({ runId, refinement, idempotencyKey, issued }: RefineGeneration): Promise<RequestedGeneration> {
    return replayOrCreate(this.generations, { runId, idempotencyKey }, async () => {
      const { state, traceparent } = await this.generations.load(refinement.parentId);
      linkActiveSpan(traceparent);
      if (state.status === 'none') throw new GenerationNotFound(refinement.parentId);
      if (state.status !== 'completed')
        throw new GenerationConflict(`Only a completed generation can be refined; this one is ${state.status}`);
      const { order: asked, artifacts } = state.run;
      const parent = { ...asked, seed: seedOfRun(asked, artifacts) };
      const order = await this.refinements.refine(parent, refinement);
      return this.runs.create(runId, order, { issued, idempotencyKey });
    });
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
    return { runId: command.runId, replayed, row: null };
  }
}
