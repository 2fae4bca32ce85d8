import { RequestInvalid, type RequestIssue } from '../../platform/http/http.errors.js';
import { cursorOf } from './history-cursor.policy.js';
import { countedRuns, filterOf, windowOf } from './history-filter.policy.js';

const issuesOf = (work: () => unknown): readonly RequestIssue[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof RequestInvalid) return error.issues;
  }
  return [];
};

describe('the window of a list', () => {
  it('is the newest fifty runs where nothing is said', () => {
    expect(windowOf({})).toEqual({ limit: 50, offset: 0, before: null });
  });

  it('begins behind the run of its cursor', () => {
    expect(windowOf({ cursor: cursorOf({ before: 4711, skip: 0 }), limit: 10 })).toEqual({
      limit: 10,
      offset: 0,
      before: 4711,
    });
    expect(windowOf({ cursor: cursorOf({ before: 4711, skip: 3 }) })).toEqual({ limit: 50, offset: 3, before: 4711 });
  });

  it('has no cursor that was never given out, and none beside an offset', () => {
    expect(issuesOf(() => windowOf({ cursor: '4711' }))).toMatchObject([{ loc: ['query', 'cursor'] }]);
    expect(issuesOf(() => windowOf({ cursor: cursorOf({ before: 1, skip: 0 }), offset: 0 }))).toMatchObject([
      { loc: ['query', 'offset'] },
    ]);
    expect(issuesOf(() => windowOf({ cursor: '-', offset: 3 }))).toHaveLength(2);
  });
});

describe('the filter of a list', () => {
  const day = new Date('2026-03-01T00:00:00Z');

  it('lets everything pass where nothing is said', () => {
    expect(Object.values(filterOf({}, '')).filter((value) => value !== null)).toEqual([]);
  });

  it('ends with the moment that is said, and with the end of a day that is said without a time', () => {
    expect(filterOf({ to: day }, '2026-03-01T00:00:00Z').to).toEqual(day);
    expect(filterOf({ to: day }, '2026-03-01').to).toEqual(new Date('2026-03-01T23:59:59.999Z'));
    expect(filterOf({ from: day, to: day }, '2026-03-01').from).toEqual(day);
  });

  it('does not end before it begins', () => {
    const later = new Date(day.getTime() + 1);
    expect(issuesOf(() => filterOf({ from: later, to: day }, '2026-03-01T00:00:00Z'))).toMatchObject([
      { loc: ['query', 'to'] },
    ]);
    expect(issuesOf(() => filterOf({ from: day, to: day }, '2026-03-01T00:00:00Z'))).toEqual([]);
  });
});

describe('the number of runs that match', () => {
  const counted = (query: Parameters<typeof filterOf>[0]): unknown => countedRuns(filterOf(query, ''));

  it('is known from the sums for a user, a project and one more property', () => {
    const days = { first: null, last: null };
    expect(counted({})).toEqual({ userId: null, projectId: null, days, having: null });
    expect(counted({ user_id: 1, project_id: 2, status: 'failed' })).toEqual({
      userId: 1,
      projectId: 2,
      days,
      having: { property: 'status', value: 'failed' },
    });
    expect(counted({ preset: 'anime_style' })).toMatchObject({ having: { property: 'preset' } });
  });

  it('is known from the sums for whole days', () => {
    const [from, to] = [new Date('2026-05-10T00:00:00.000Z'), new Date('2026-06-09T23:59:59.999Z')];
    expect(counted({ from, to })).toMatchObject({ days: { first: '2026-05-10', last: '2026-06-09' } });
    expect(counted({ from })).toMatchObject({ days: { first: '2026-05-10', last: null } });
    expect(counted({ to, user_id: 1, model: 'ok' })).toMatchObject({ days: { first: null, last: '2026-06-09' } });
  });

  it('is not for two more, a text or a part of a day', () => {
    for (const query of [
      { status: 'failed', model: 'ok' } as const,
      { q: 'dusk' },
      { from: new Date(1) },
      { to: new Date(0) },
      { from: new Date('2026-05-10T00:00:00.000Z'), to: new Date('2026-06-09T23:59:59.998Z') },
      { from: new Date('+010000-01-01T00:00:00.000Z') },
    ])
      expect(counted(query)).toBeNull();
  });
});
