import { happened, LEADER, recorded, RUN_ID } from '../../../test/support/generations.js';
import type { GenerationEvent, ResultSource } from '../generation.events.js';
import { awaitedEnds, fateOfFollower } from './follower.policy.js';

const failed = (category: 'timeout' | 'moderated' | 'expired', attempts: number) =>
  ({ status: 'failed', category, attempts }) as const;

describe('a run that waited for one that ended without a result', () => {
  it.each([
    ['goes on where somebody cancelled the other', { status: 'cancelled' } as const, 0, 'release'],
    ['goes on where the other waited for too long', failed('expired', 1), 0, 'release'],
    ['fails where the request was refused, however often it wanted to try', failed('moderated', 1), 5, 'fail'],
    ['fails where the other tried as often as it wanted to', failed('timeout', 4), 3, 'fail'],
    ['fails where the other tried more often', failed('timeout', 6), 0, 'fail'],
    ['goes on where it wanted to try more often', failed('timeout', 1), 1, 'release'],
  ])('%s', (_, end, maxRetries, fate) => {
    expect(fateOfFollower(end, { maxRetries })).toBe(fate);
  });
});

describe('the ends that others may wait for', () => {
  const { created, joined, released, started, stored, completed, cancelled } = happened;
  const tookResult = (kind: ResultSource['kind']): GenerationEvent => {
    const event = completed();
    if (event.type !== 'GenerationCompleted') throw new Error('Another event');
    return { ...event, data: { ...event.data, source: { kind, run_id: LEADER, saved_usd: 0.01 } } };
  };

  it.each([
    ['a run that was made', [completed()]],
    ['a run that was made from its first event on', [created(), started(), stored(), completed()]],
    ['a run that failed', [created(), happened.failed()]],
    ['a run that was cancelled', [created(), cancelled(1)]],
    ['a run that waited for another one', [created(), joined(), tookResult('joined')]],
    ['a run that was made before and took a result now', [tookResult('cache')]],
    ['a run that was released first', [created(), joined(), released(), stored(), tookResult('cache')]],
  ])('are those of %s', (_, events) => {
    expect([...awaitedEnds(recorded(...events)).keys()]).toEqual([RUN_ID]);
  });

  it.each([
    ['a run that was answered as it was made', [created(), stored(), tookResult('cache')]],
    ['a run that goes on', [created(), started()]],
  ])('are not those of %s', (_, events) => {
    expect(awaitedEnds(recorded(...events)).size).toBe(0);
  });
});
