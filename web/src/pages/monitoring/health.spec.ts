import { ApiError, errorOf, Unreachable } from '../../api.js';
import { healthOf } from './health.js';

const notReady = errorOf(503, {
  detail: 'The process cannot serve',
  trace_id: 'abc',
  details: { database: { status: 'down' }, storage: { status: 'up' }, queue: { status: 'down', message: 'No answer' } },
});

describe('the health line', () => {
  it('says that it does not know before the first answer', () => {
    expect(healthOf({ error: null, status: undefined })).toEqual({ tone: 'muted', words: 'Checking' });
  });

  it('says that all is normal once the probe answers', () => {
    expect(healthOf({ error: null, status: 'healthy' })).toEqual({ tone: 'ok', words: 'All systems normal' });
  });

  it('warns while something that follows the log stands still', () => {
    expect(healthOf({ error: null, status: 'degraded' })).toEqual({
      tone: 'wait',
      words: 'Degraded: figures may be behind',
    });
  });

  it('names what is wrong', () => {
    expect(healthOf({ error: notReady, status: 'healthy' })).toEqual({
      tone: 'bad',
      words: 'Not ready: database, queue',
    });
    expect(healthOf({ error: new ApiError(503, 'Bad gateway', null), status: undefined }).words).toBe('Not ready');
  });

  it('tells a missing answer from a bad one', () => {
    expect(healthOf({ error: new Unreachable('Darkroom does not answer'), status: 'healthy' }).words).toBe(
      'No connection',
    );
  });
});

describe('errors of the API', () => {
  it('carry the reason and the trace of the answer', () => {
    expect(notReady).toMatchObject({ status: 503, message: 'The process cannot serve', traceId: 'abc' });
  });

  it('name every field of a refused request', () => {
    const detail = [
      { loc: ['query', 'limit'], msg: 'must not be greater than 200', type: 'value_error' },
      { loc: ['query', 'of'], msg: 'Unknown field: of', type: 'extra_forbidden' },
    ];
    expect(errorOf(422, { detail }).message).toBe(
      'query.limit: must not be greater than 200; query.of: Unknown field: of',
    );
  });

  it('say the status where a proxy answered in its own words', () => {
    expect(errorOf(502, null)).toMatchObject({ status: 502, message: 'The answer had the status 502 and no reason' });
  });
});
