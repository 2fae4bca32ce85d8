import { assignments, type Assignment, type Offer } from './assignment.policy.js';

const offer = (runId: string, id: number, status: Offer['status'] = 'pending', promptHash = 'h'): Offer => ({
  runId,
  id,
  status,
  promptHash,
});
const assigned = (runIds: readonly string[], offers: readonly Offer[]): Record<string, Assignment> =>
  Object.fromEntries(
    assignments(
      runIds.map((runId) => ({ runId, promptHash: offers.find((each) => each.runId === runId)?.promptHash ?? 'h' })),
      offers,
    ),
  );
const lead = { kind: 'lead' };

describe('runs that ask for the same result', () => {
  it('follow the oldest, which leads', () => {
    expect(assigned(['a', 'b', 'c'], [offer('c', 3), offer('a', 1), offer('b', 2)])).toEqual({
      a: lead,
      b: { kind: 'join', runId: 'a' },
      c: { kind: 'join', runId: 'a' },
    });
  });

  it('follow one that runs already, or waits for its retry', () => {
    for (const status of ['processing', 'pending'] as const)
      expect(assigned(['b'], [offer('a', 1, status), offer('b', 2)])).toEqual({ b: { kind: 'join', runId: 'a' } });
  });

  it('take a result that is there, the newest', () => {
    const offers = [offer('old', 1, 'completed'), offer('new', 4, 'completed'), offer('b', 5), offer('c', 6)];
    expect(assigned(['b', 'c'], offers)).toEqual({
      b: { kind: 'answer', runId: 'new' },
      c: { kind: 'answer', runId: 'new' },
    });
  });

  it('do not follow a younger one, so that two never wait for each other', () => {
    expect(assigned(['a'], [offer('a', 1), offer('b', 2, 'processing')])).toEqual({ a: lead });
  });

  it('have nothing to do with others', () => {
    expect(assigned(['a', 'b'], [offer('a', 1, 'pending', 'x'), offer('b', 2, 'pending', 'y')])).toEqual({
      a: lead,
      b: lead,
    });
  });

  it('are none any more where they began, ended or joined meanwhile', () => {
    expect(assigned(['a', 'gone'], [offer('a', 1, 'processing')])).toEqual({});
  });
});
