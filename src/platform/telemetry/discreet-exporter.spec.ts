import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';
import { DiscreetExporter } from './discreet-exporter.js';

const SECRET = 'a red fox in the snow';

/** As an instrumentation leaves it behind. */
class Span {
  readonly name = 'GET';
  readonly kind = SpanKind.CLIENT;
  readonly status = { code: SpanStatusCode.ERROR, message: SECRET };
  readonly events = [{ name: 'exception', time: [0, 0], attributes: { 'exception.message': SECRET } }];
  constructor(readonly attributes: Record<string, string>) {}
  spanContext(): object {
    return { traceId: this.name };
  }
}

const shownOf = (attributes: Record<string, string>): tracing.ReadableSpan => {
  const seen: tracing.ReadableSpan[] = [];
  const keeping = { export: (spans: tracing.ReadableSpan[]) => seen.push(...spans), shutdown: () => Promise.resolve() };
  const span: unknown = new Span(attributes);
  new DiscreetExporter(keeping).export([span as tracing.ReadableSpan], () => undefined);
  const [shown] = seen;
  if (!shown) throw new Error('Nothing was exported');
  return shown;
};

describe('a span that leaves the process', () => {
  it('says that something failed, and not in which words', () => {
    const { status, events, name } = shownOf({ 'error.type': '22P02' });
    expect({ status, events, name }).toEqual({ status: { code: SpanStatusCode.ERROR }, events: [], name: 'GET' });
  });

  it('says which server was called, and nothing of the address', () => {
    const address = { 'url.full': 'https://me:secret@vendor.example/v1/jobs/7?key=secret', 'url.path': '/v1/jobs/7' };
    expect(shownOf({ ...address, 'url.query': '?key=secret', 'server.address': 'vendor.example' }).attributes).toEqual({
      'server.address': 'vendor.example',
    });
  });

  it('is otherwise the span itself', () => {
    expect(shownOf({ a: 'b' }).spanContext()).toEqual({ traceId: 'GET' });
  });
});
