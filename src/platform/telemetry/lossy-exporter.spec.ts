import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { droppedIn, LossyExporter } from './lossy-exporter.js';
import { TelemetryLosses } from './telemetry-losses.js';

type Done = Parameters<tracing.SpanExporter['export']>[1];

/** A collector that answers when it is told to. */
class SlowCollector implements tracing.SpanExporter {
  readonly waiting: { readonly spans: number; readonly done: Done }[] = [];

  export(spans: tracing.ReadableSpan[], done: Done): void {
    this.waiting.push({ spans: spans.length, done });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const logTo = (complain: (message: string) => void): DiagLogger => {
  const ignore = (): void => undefined;
  return { error: ignore, warn: complain, info: ignore, debug: ignore, verbose: ignore };
};

describe('spans on their way out', () => {
  let collector: SlowCollector;
  let losses: TelemetryLosses;
  let complaints: string[];

  beforeEach(() => {
    collector = new SlowCollector();
    losses = new TelemetryLosses();
    complaints = [];
    diag.setLogger(
      logTo((message) => complaints.push(message)),
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
  });
  afterEach(() => {
    diag.disable();
  });

  /** @param room spans that the queue holds, which are sent together */
  const tracerFor = (room: number): ReturnType<tracing.BasicTracerProvider['getTracer']> =>
    new tracing.BasicTracerProvider({
      sampler: new tracing.AlwaysOnSampler(),
      spanProcessors: [
        new tracing.BatchSpanProcessor(new LossyExporter(collector, losses), {
          ...{ maxQueueSize: room, maxExportBatchSize: room },
        }),
      ],
    }).getTracer('test');

  it('are lost when the collector does not take them, and not when it does', () => {
    const tracer = tracerFor(3);
    for (let count = 0; count < 3; count += 1) tracer.startSpan('taken').end();
    collector.waiting.shift()?.done({ code: 0 });
    expect(losses.take()).toEqual({ spans: 0, log_lines: 0 });
    const exporter = new LossyExporter(collector, losses);
    exporter.export([], () => undefined);
    const span: unknown = tracer.startSpan('refused');
    exporter.export([span as tracing.ReadableSpan], () => undefined);
    for (const { done } of collector.waiting) done({ code: 1 });
    expect(losses.take()).toEqual({ spans: 1, log_lines: 0 });
    expect(losses.take()).toEqual({ spans: 0, log_lines: 0 });
  });

  it('are lost when more come than there is room for, as the SDK says when there is room again', async () => {
    const tracer = tracerFor(2);
    // Two leave at once, two wait for them, and three find no room.
    for (let count = 0; count < 7; count += 1) tracer.startSpan('of many').end();
    collector.waiting.shift()?.done({ code: 0 });
    await new Promise(setImmediate);
    collector.waiting.shift()?.done({ code: 0 });
    tracer.startSpan('one more').end();
    expect(complaints.map(droppedIn)).toEqual([3]);
    expect(droppedIn('something else')).toBe(0);
  });
});
