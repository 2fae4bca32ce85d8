import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';

type Exporting = Parameters<tracing.SpanExporter['export']>[1];

/** Addresses hold paths and queries, and these keys and words of users. */
const withoutUrls = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !name.startsWith('url.')));

/**
 * A span without what others have put into it beyond what this program says: the messages of errors, which may repeat what a person wrote, and
 * URLs. All else is read through from the span itself.
 */
const discreet = (span: tracing.ReadableSpan): tracing.ReadableSpan => {
  const { status, attributes } = span;
  const shown: Partial<tracing.ReadableSpan> = {
    attributes: withoutUrls(attributes),
    events: [],
    status: { code: status.code === SpanStatusCode.ERROR ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
  };
  return Object.setPrototypeOf(shown, span) as tracing.ReadableSpan;
};

/** The last stop of spans before they leave the process: whatever an instrumentation has written down, no message and no URL goes along. */
export class DiscreetExporter implements tracing.SpanExporter {
  constructor(private readonly exporter: tracing.SpanExporter) {}

  export(spans: tracing.ReadableSpan[], done: Exporting): void {
    this.exporter.export(spans.map(discreet), done);
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }
}
