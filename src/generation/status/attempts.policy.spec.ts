import { OTHER_WORKER, TIMES, WORKER, happened } from '../../../test/support/generations.js';
import { attemptsOf } from './attempts.policy.js';

const { created, started, submitted, resumed, stored, retried, completed, failed, cancelled, retryRequested } =
  happened;

const running = {
  attempt: 1,
  status: 'processing',
  started_at: TIMES.started,
  ended_at: null,
  worker_id: WORKER,
  provider_job_ids: [],
  error: null,
};

describe('attemptsOf', () => {
  it.each([
    ['nothing', []],
    ['a run that waits', [created()]],
    ['a run that was cancelled before it began', [created(), cancelled(1)]],
  ])('finds none in %s', (_, history) => {
    expect(attemptsOf(history)).toEqual([]);
  });

  it('shows the attempt that runs, with its worker', () => {
    expect(attemptsOf([created(), started()])).toEqual([running]);
  });

  it('knows the job of the provider', () => {
    expect(attemptsOf([created(), started(), submitted()])).toEqual([{ ...running, provider_job_ids: ['job-1'] }]);
  });

  it('names the worker that took over, in the same attempt', () => {
    expect(attemptsOf([created(), started(), submitted(), resumed()])).toEqual([
      { ...running, provider_job_ids: ['job-1'], worker_id: OTHER_WORKER },
    ]);
  });

  it.each([
    ['completed', [stored(), completed()], { status: 'completed' }],
    [
      'failed for good',
      [failed()],
      { status: 'failed', error: { category: 'moderated', message: 'Refused', retryable: false } },
    ],
    [
      'failed before a retry',
      [retried(1)],
      { status: 'failed', error: { category: 'timeout', message: 'Too slow', retryable: true } },
    ],
    ['cancelled', [cancelled(null)], { status: 'cancelled' }],
  ])('shows one that %s with its end', (_, end, change) => {
    expect(attemptsOf([created(), started(), ...end])).toEqual([{ ...running, ...change, ended_at: TIMES.ended }]);
  });

  it('lists the attempts of all rounds, oldest first', () => {
    const history = [
      created(),
      started(1),
      retried(1),
      started(2),
      failed(2),
      retryRequested(3),
      started(3, OTHER_WORKER),
    ];
    expect(attemptsOf(history)).toMatchObject([
      { attempt: 1, status: 'failed' },
      { attempt: 2, status: 'failed' },
      { attempt: 3, status: 'processing', worker_id: OTHER_WORKER, error: null },
    ]);
  });

  it('leaves the failure of the last attempt as it is when the run is cancelled while it waits', () => {
    expect(attemptsOf([created(), started(), retried(1), cancelled(2)])).toMatchObject([
      { attempt: 1, status: 'failed', error: { category: 'timeout' } },
    ]);
  });

  it('leaves the history that it reads as it was', () => {
    const history = Object.freeze([created(), started(), completed()].map((event) => Object.freeze(event)));
    expect(attemptsOf(history)).toEqual(attemptsOf(history));
  });
});
