import { context, trace } from '@opentelemetry/api';
import type { Append, AppendOutcome } from './event-store.js';
import { appendInSpan, contextFrom, inSpan, inSpans, isTraced, nameOf, traceparentOf } from './traces.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${SPAN}-01`;

const appendOf = (traceparent: string | undefined): Append => ({
  streamId: 's',
  streamType: 'note',
  expectedVersion: 0,
  events: [
    {
      id: 'e',
      event: { type: 'Noted', data: {} },
      metadata: {
        ...{ correlation_id: 'c', causation_id: 'c', actor: 'system' },
        ...(traceparent !== undefined && { traceparent }),
      },
    },
  ],
});

describe('a traceparent', () => {
  it('names the span that something goes on from', () => {
    expect(trace.getSpanContext(contextFrom(SAMPLED))).toMatchObject({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
  });

  it.each([undefined, null, '', '00-ab-cd-01', `01-${TRACE}-${SPAN}-01`, `00-${'0'.repeat(32)}-${SPAN}-01`])(
    'that is %j names none',
    (traceparent) => {
      expect(trace.getSpanContext(contextFrom(traceparent))).toBeUndefined();
    },
  );

  it('says whether somebody records the trace', () => {
    expect([SAMPLED, `00-${TRACE}-${SPAN}-00`, 'x', undefined].map(isTraced)).toEqual([true, false, false, false]);
  });
});

describe('in a process without an SDK', () => {
  const outcome: AppendOutcome = { outcome: 'ok', version: 1, position: 1, recordedAt: '2026-01-01T00:00:00Z' };

  it.each([undefined, SAMPLED, '00-ab-cd-01'])('events keep the traceparent %j that they come with', async (given) => {
    const append = appendOf(given);
    const sent: Append[] = [];
    await appendInSpan(append, (each) => {
      sent.push(each);
      return Promise.resolve(outcome);
    });
    expect(sent).toEqual([append]);
  });

  it('work is done and its errors are thrown as they are', async () => {
    expect(await inSpan('work', {}, (span) => Promise.resolve(traceparentOf(span)))).toBeNull();
    const failure = new Error('no');
    await expect(inSpan('work', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    await expect(inSpans([], () => Promise.reject(failure))).rejects.toBe(failure);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});

describe('the word for an error', () => {
  it('is its code, else its name, and never its message', () => {
    expect(nameOf(Object.assign(new Error('a secret'), { code: '23505' }))).toBe('23505');
    expect(nameOf(new TypeError('a secret'))).toBe('TypeError');
    expect(nameOf('a secret')).toBe('string');
  });
});
