import { LEADER, RUN_ID, TIMES, artifactOf, happened, recorded } from '../../test/support/generations.js';
import { GENERATION_EVENTS, isTerminal, type GenerationEvent } from '../generation/generation.events.js';
import { streamMessage } from './stream-message.policy.js';

const messageOf = (event: GenerationEvent): ReturnType<typeof streamMessage> =>
  recorded(event).map((each) => streamMessage(each, 'sequence'))[0] ?? { event: 'none', data: {} };

const failure = { category: 'moderated', message: 'Refused', retryable: false };
const { id, ...picture } = artifactOf();

/** What a listener hears of each event. */
const TOLD: Readonly<Record<GenerationEvent['type'], readonly [GenerationEvent, string, object]>> = {
  GenerationCreated: [happened.created(), 'status', { status: 'pending', attempt: 1 }],
  GenerationStarted: [happened.started(2), 'status', { status: 'processing', attempt: 2 }],
  GenerationSubmitted: [happened.submitted(2), 'status', { status: 'processing', attempt: 2, submitted: true }],
  GenerationResumed: [happened.resumed(2), 'status', { status: 'processing', attempt: 2, resumed: true }],
  GenerationArtifactStored: [
    happened.stored(),
    'artifact',
    {
      artifact: {
        id,
        url: `/api/artifacts/${id}/content`,
        thumbnail_url: `/api/artifacts/${id}/thumbnail`,
        ...picture,
        duration_seconds: null,
        poster_url: null,
        preview_url: null,
        evaluation: null,
      },
    },
  ],
  GenerationRetried: [
    happened.retried(1),
    'retry',
    {
      status: 'pending',
      attempt: 1,
      error: { category: 'timeout', message: 'Too slow', retryable: true },
      next_attempt: 2,
      next_attempt_at: TIMES.due,
    },
  ],
  GenerationCompleted: [
    happened.completed(2),
    'completed',
    { status: 'completed', attempt: 2, quality_score: 0.7, generation_time: 4.25, cost_usd: 0.01, cached: false },
  ],
  GenerationFailed: [happened.failed(2), 'failed', { status: 'failed', attempt: 2, error: failure }],
  GenerationCancelled: [happened.cancelled(), 'cancelled', { status: 'cancelled' }],
  GenerationRetryRequested: [happened.retryRequested(3), 'status', { status: 'pending', attempt: 3 }],
  GenerationJoined: [happened.joined(), 'status', { status: 'pending', attempt: 1, joined_to: LEADER }],
  GenerationReleased: [happened.released(), 'status', { status: 'pending', attempt: 1, joined_to: null }],
};

describe('streamMessage', () => {
  it.each(Object.entries(TOLD))('tells of %s', (type, [event, name, data]) => {
    expect(messageOf(event)).toEqual({
      event: name,
      id: 1,
      data: { run_id: RUN_ID, sequence: 1, position: 101, at: '2026-01-01T10:00:00.500Z', type, ...data },
    });
  });

  it('has words for every event of the log, and a closing word for exactly those that end a run', () => {
    expect(Object.keys(TOLD).sort()).toEqual([...GENERATION_EVENTS.current].sort());
    const closing = GENERATION_EVENTS.current.filter((type) =>
      ['completed', 'failed', 'cancelled'].includes(messageOf(TOLD[type][0]).event),
    );
    expect(closing).toEqual(GENERATION_EVENTS.current.filter(isTerminal));
  });

  it('counts by the place in the run or by the place in the log, as the route promises', () => {
    const [, second] = recorded(happened.created(), happened.started());
    expect(second && streamMessage(second, 'sequence').id).toBe(2);
    expect(second && streamMessage(second, 'position').id).toBe(102);
  });

  it('fits on one line: no text of a provider can break out of its event', () => {
    const hostile = 'Refused\n\nevent: completed\ndata: {}\r\u2028';
    const told = messageOf({
      type: 'GenerationFailed',
      data: { attempt: 1, category: 'moderated', message: hostile, retryable: false, failed_at: TIMES.ended },
    });
    expect(JSON.stringify(told.data)).not.toMatch(/[\r\n]/);
    expect(told.data).toMatchObject({ error: { message: hostile } });
  });
});
