import { EndpointTally, MOST_ENDPOINTS, OTHER, patternOfPath } from './endpoint-counts.policy.js';

const at = new Date('2026-11-26T10:00:00.000Z');
const request = { status: 200, seconds: 0.01, at };

describe('the pattern of a reported path', () => {
  it.each([
    ['/', '/'],
    ['/api/training', '/api/training'],
    ['/api/training/', '/api/training'],
    ['/api/training/17/log', '/api/training/:id/log'],
    ['/api/runs/0199e3a2-5f00-7000-8000-0000000000b1?x=1', '/api/runs/:id'],
    ['/api/blobs/ABABABABABABABABABAB#top', '/api/blobs/:id'],
    ['/v1/cafe', '/v1/cafe'],
    ['//', '/'],
  ])('%s is %s', (path, pattern) => {
    expect(patternOfPath(path)).toBe(pattern);
  });
});

describe('a tally of requests', () => {
  it('adds up requests, errors from 400 on, and the durations that are known', () => {
    const tally = new EndpointTally();
    const endpoint = { method: 'GET', path: '/a' };
    tally.take(endpoint, true, request);
    tally.take(endpoint, true, { ...request, status: 399, seconds: null });
    tally.take(endpoint, true, { status: 400, seconds: 0.03, at: new Date(at.getTime() + 5) });
    tally.take({ ...endpoint, method: 'POST' }, true, { ...request, status: 503 });
    expect(tally.counts()).toMatchObject([
      {
        endpoint,
        counts: { requests: 3, errors: 1, timed: 2, timeUs: 40_000, lastAccessed: '2026-11-26T10:00:00.005Z' },
      },
      { endpoint: { method: 'POST' }, counts: { requests: 1, errors: 1 } },
    ]);
  });

  it('tells so many reported endpoints apart and counts all others together, but always has room for a route', () => {
    const tally = new EndpointTally();
    for (let n = 0; n < MOST_ENDPOINTS + 250; n++)
      tally.take({ method: 'GET', path: `/x/${String(n)}` }, false, request);
    tally.take({ method: 'GET', path: '/route' }, true, request);
    tally.take({ method: 'GET', path: '/x/3' }, false, request);
    expect(tally.size).toBe(MOST_ENDPOINTS + 2);
    const counted = new Map(tally.counts().map(({ endpoint: { path }, counts }) => [path, counts.requests]));
    expect([counted.get(OTHER.path), counted.get('/route'), counted.get('/x/3')]).toEqual([250, 1, 2]);
  });

  it('takes another one in without loss, within the same bound', () => {
    const [tally, more] = [new EndpointTally(), new EndpointTally()];
    for (let n = 0; n < MOST_ENDPOINTS; n++) tally.take({ method: 'GET', path: `/a/${String(n)}` }, false, request);
    for (let n = 0; n < 40; n++) more.take({ method: 'GET', path: `/b/${String(n)}` }, false, request);
    more.take({ method: 'GET', path: '/a/1' }, false, request);
    tally.addAll(more);
    expect(tally.size).toBe(MOST_ENDPOINTS + 1);
    expect(tally.counts().reduce((sum, { counts }) => sum + counts.requests, 0)).toBe(MOST_ENDPOINTS + 41);
  });
});
