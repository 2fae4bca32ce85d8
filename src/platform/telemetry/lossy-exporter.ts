import type { tracing } from '@opentelemetry/sdk-node';
import type { TelemetryLosses } from './telemetry-losses.js';

type Exporting = Parameters<tracing.SpanExporter['export']>[1];

/** Of ExportResultCode in @opentelemetry/core: 0 is success. */
const isLost = ({ code }: { readonly code: number }): boolean => code !== 0;

/** How the SDK says that more spans came than its queue takes, as soon as there is room again. */
const QUEUE_FULL = /^Dropped (\d+) spans because maxQueueSize reached$/;

/** Spans that a complaint of the SDK's says are lost; 0 of any other. */
export const droppedIn = (complaint: string): number => Number(QUEUE_FULL.exec(complaint)?.[1] ?? 0);

/** Counts the spans that an exporter did not get rid of: it has tried as often as it does, and nobody has them any more. */
export class LossyExporter implements tracing.SpanExporter {
  constructor(
    private readonly exporter: tracing.SpanExporter,
    private readonly losses: TelemetryLosses,
  ) {}

  export(spans: tracing.ReadableSpan[], done: Exporting): void {
    this.exporter.export(spans, (result) => {
      if (isLost(result)) this.losses.add('spans', spans.length);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }
}
