import { queueWords } from './queue-words.js';

describe('the queue in words', () => {
  it.each([
    [{ waiting: 0, delayed: 0, active: 0 }, 'Idle: nothing waits'],
    [{ waiting: 0, delayed: 2, active: 0 }, 'Idle until the next job is due'],
    [{ waiting: 5, delayed: 0, active: 1 }, '1 job running'],
    [{ waiting: 2, delayed: 0, active: 0 }, '2 jobs due and no worker on any'],
  ])('%j: %s', (queue, words) => {
    expect(queueWords(queue)).toBe(words);
  });
});
