import { happened, recorded, RUN_ID } from '../../../test/support/generations.js';
import { InMemoryEventStore } from '../../eventsourcing/testing/in-memory-event-store.js';
import type { GenerationEvent } from '../generation.events.js';
import { GetAttempts } from './generation.queries.js';
import { GetAttemptsHandler } from './generations.store.js';

describe('the attempts of a run', () => {
  const store = new InMemoryEventStore();
  const history: readonly GenerationEvent[] = [
    happened.created(),
    happened.started(),
    happened.retried(),
    happened.started(2),
    happened.completed(2),
  ];

  beforeAll(async () => {
    const events = recorded(...history).map(({ id, metadata, type, data }) => {
      return { id, metadata, event: { type, data } };
    });
    await store.append({ streamId: RUN_ID, streamType: 'generation', expectedVersion: 0, events });
  });

  it.each([
    [1, []],
    [2, ['processing']],
    [3, ['failed']],
    [4, ['failed', 'processing']],
    [5, ['failed', 'completed']],
    [6, ['failed', 'completed']],
  ])('are those of version %i, whatever was appended since', async (version, statuses) => {
    const attempts = await new GetAttemptsHandler(store).execute(new GetAttempts(RUN_ID, version));
    expect(attempts.map(({ status }) => status)).toEqual(statuses);
  });
});
