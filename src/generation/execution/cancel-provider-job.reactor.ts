import { Injectable, Logger } from '@nestjs/common';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import { EventStore } from '../../eventsourcing/event-store.js';
import type { Reactor } from '../../eventsourcing/projection.js';
import { ProviderError } from '../../providers/image-provider.port.js';
import { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import type { GenerationEvent } from '../generation.events.js';
import { attemptsOf } from '../status/attempts.policy.js';
import { cancellationFault } from './failure-line.policy.js';
import { passesByItself } from './patience.policy.js';

/**
 * Has the provider stop the job of a cancelled run. The worker that runs the attempt does so at once; this holds where that worker is dead or
 * stops. Cancelling twice is as good as once.
 */
@Injectable()
export class CancelProviderJob implements Reactor {
  readonly name = 'cancel_provider_job';
  readonly handles = ['GenerationCancelled'] satisfies GenerationEvent['type'][];
  private readonly logger = new Logger(CancelProviderJob.name);

  constructor(
    private readonly store: EventStore,
    private readonly models: ModelCatalogue,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const { streamId } of events) await this.cancelJobOf(streamId);
  }

  private async cancelJobOf(runId: string): Promise<void> {
    const history = (await this.store.readStream(runId)) as RecordedEvent<GenerationEvent>[];
    const [created] = history;
    const last = attemptsOf(history).at(-1);
    // An attempt that ended before the run was cancelled has no job that goes on.
    if (created?.type !== 'GenerationCreated' || last?.status !== 'cancelled') return;
    for (const jobId of last.provider_job_ids) await this.cancelJob(runId, created.data.provider, jobId);
  }

  private async cancelJob(runId: string, provider: string, jobId: string): Promise<void> {
    try {
      await this.models.provider(provider).cancel(jobId);
    } catch (error) {
      if (!(error instanceof ProviderError) || passesByItself(error.category)) throw error;
      // It does not know the job any more, or refuses: asking again changes nothing.
      this.logger.warn({
        msg: `The provider did not cancel ${jobId}`,
        run_id: runId,
        provider,
        ...cancellationFault(error),
      });
    }
  }
}
