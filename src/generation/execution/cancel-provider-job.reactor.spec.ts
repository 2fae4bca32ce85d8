import { Logger } from '@nestjs/common';
import { happened, orderOf, RUN_ID } from '../../../test/support/generations.js';
import { ScriptedVendor } from '../../../test/support/scripted-vendor.js';
import { InMemoryEventStore } from '../../eventsourcing/testing/in-memory-event-store.js';
import { ProviderError } from '../../providers/image-provider.port.js';
import { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import type { GenerationEvent } from '../generation.events.js';
import { CancelProviderJob } from './cancel-provider-job.reactor.js';

const { started, submitted, resumed, retried, cancelled } = happened;
const created = happened.created(orderOf({ provider: 'scripted', model: 'any' }));

describe('the reactor that cancels the job of a cancelled run', () => {
  let store: InMemoryEventStore;
  let vendor: ScriptedVendor;
  let reactor: CancelProviderJob;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    store = new InMemoryEventStore();
    vendor = new ScriptedVendor();
    reactor = new CancelProviderJob(store, new ModelCatalogue([vendor], 'scripted/any'));
  });

  /** Lets the reactor react to the end of this history. */
  const reactTo = async (...history: readonly GenerationEvent[]): Promise<void> => {
    await store.append({
      streamId: RUN_ID,
      streamType: 'generation',
      expectedVersion: 0,
      events: history.map((event, index) => ({
        id: `event-${String(index)}`,
        event,
        metadata: { correlation_id: RUN_ID, causation_id: RUN_ID, actor: 'user:1' },
      })),
    });
    await reactor.react((await store.readStream(RUN_ID)).slice(-1));
  };

  it.each([
    ['of an attempt that ran', [started(), submitted()], ['job-1']],
    ['of an attempt that was taken over', [started(), submitted(), resumed()], ['job-1']],
    ['of the last attempt alone', [started(), submitted(), retried(), started(2), submitted(2, 'job-2')], ['job-2']],
    ['not of an attempt that had ended', [started(), submitted(), retried()], []],
    ['not of an attempt that was not submitted', [started(), submitted(), retried(), started(2)], []],
    ['not of a run that was never started', [], []],
  ])('cancels it: %s', async (_, since, jobs) => {
    await reactTo(created, ...since, cancelled());
    expect(vendor.cancelled).toEqual(jobs);
  });

  it('comes again while the provider cannot be reached', async () => {
    vendor.onCancel = () => Promise.reject(new ProviderError('network', 'The line is cut'));
    await expect(reactTo(created, started(), submitted(), cancelled())).rejects.toThrow('The line is cut');
  });

  it('is done where the provider refuses', async () => {
    vendor.onCancel = () => Promise.reject(new ProviderError('invalid_request', 'There is no such job'));
    await reactTo(created, started(), submitted(), cancelled());
    expect(vendor.cancelled).toEqual([]);
  });
});
