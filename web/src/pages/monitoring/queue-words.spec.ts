import { jobsIn, pendingWords, queueWords } from './queue-words.js';

describe('the queue in words', () => {
  it.each([
    [{ waiting: 0, delayed: 0, active: 0 }, 'Idle: nothing waits'],
    [{ waiting: 0, delayed: 2, active: 0 }, 'Idle until the next job is due'],
    [{ waiting: 5, delayed: 0, active: 1 }, '1 job running'],
    [{ waiting: 2, delayed: 0, active: 0 }, '2 jobs due and no worker on any'],
  ])('%j: %s', (queue, words) => {
    expect(queueWords({ ...queue, relation: 'eq' })).toBe(words);
  });

  it('says of a queue that is longer than what is counted that it is', () => {
    const long = { waiting: 1000, delayed: 3, active: 0, relation: 'gte' } as const;
    expect(queueWords(long)).toBe('1,000+ jobs due and no worker on any');
    expect(pendingWords(long)).toBe('0 running, 1,000+ waiting, 3 scheduled');
    expect(jobsIn(1003, long)).toBe('1,003+');
    expect(jobsIn(1003, { relation: 'eq' })).toBe('1,003');
  });
});
