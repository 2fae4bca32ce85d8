import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { GenerationOrder } from '../generation/generation.events.js';
import type { GenerationRequest } from '../generation/generation.commands.js';
import { RunControl } from '../generation/run-control.port.js';
import { RequestInvalid } from '../platform/http/http.errors.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import { IssueList } from '../platform/http/issue-list.js';
import { CancelBatch, RequestBatch, type RequestedBatch } from './batch.commands.js';
import { Batches } from './batch.store.js';

@CommandHandler(RequestBatch)
export class RequestBatchHandler implements ICommandHandler<RequestBatch> {
  constructor(
    private readonly batches: Batches,
    private readonly runs: RunControl,
  ) {}

  /** @throws RequestInvalid for unknown models, all of them, or an idempotency key that came with another body */
  execute(command: RequestBatch): Promise<RequestedBatch> {
    return refuseOtherBody(this.replayOrCreate(command));
  }

  /** A repeat leads to its batch although nothing could be resolved any more. */
  private async replayOrCreate({ batchId, request, idempotencyKey, issued }: RequestBatch): Promise<RequestedBatch> {
    const replay = idempotencyKey && (await this.batches.findReplay(idempotencyKey));
    if (replay) return { batchId: replay.streamId, replayed: true };
    const { userId: user_id, parallel, continueOnError: continue_on_error } = request;
    const orders = await this.resolveAll(request.requests);
    const items = orders.map((order) => ({ run_id: uuidv7(), order }));
    const decision = await this.batches.decide(
      batchId,
      { type: 'CreateBatch', order: { user_id, parallel, continue_on_error, items }, now: issued.now },
      {
        metadata: issued.metadata,
        known: { state: { status: 'none' }, version: 0 },
        ...(idempotencyKey && { idempotencyKey }),
      },
    );
    return decision.outcome === 'replay'
      ? { batchId: decision.streamId, replayed: true }
      : { batchId, replayed: false };
  }

  /** One that cannot be resolved refuses them all, and the caller hears of each. @throws RequestInvalid */
  private async resolveAll(requests: readonly GenerationRequest[]): Promise<readonly GenerationOrder[]> {
    const resolved = await Promise.all(requests.map((request) => this.resolve(request)));
    const issues = new IssueList();
    const orders = resolved.flatMap((each, index) => {
      if (!(each instanceof RequestInvalid)) return [each];
      for (const { loc, msg, type } of each.issues) issues.add(['body', 'requests', index, ...loc.slice(1)], msg, type);
      return [];
    });
    issues.throwIfAny();
    return orders;
  }

  private async resolve(request: GenerationRequest): Promise<GenerationOrder | RequestInvalid> {
    try {
      return await this.runs.resolve(request);
    } catch (error) {
      if (error instanceof RequestInvalid) return error;
      throw error;
    }
  }
}

@CommandHandler(CancelBatch)
export class CancelBatchHandler implements ICommandHandler<CancelBatch> {
  constructor(private readonly batches: Batches) {}

  /** @throws BatchNotFound, BatchConflict */
  async execute(command: CancelBatch): Promise<void> {
    await this.batches.decide(command.batchId, command, { metadata: command.issued.metadata });
  }
}
