import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node';
import type { Config } from '../config/config.js';
import { cut } from '../http/safe-text.js';
import { DiscreetExporter } from './discreet-exporter.js';
import { droppedIn, LossyExporter } from './lossy-exporter.js';
import { telemetryLosses } from './telemetry-losses.js';
import type { Tracing } from './tracing.js';

/** A process that ends has no more time for its last spans. */
const FAREWELL_MS = 2_000;
/** A collector that is away is worth a line, and not one for each batch. */
const SILENCE_MS = 300_000;
const LONGEST_COMPLAINT = 300;

const samplerOf = (config: Config): tracing.Sampler => {
  const name = config.get('OTEL_TRACES_SAMPLER');
  const root = name.endsWith('traceidratio')
    ? new tracing.TraceIdRatioBasedSampler(config.get('OTEL_TRACES_SAMPLER_ARG'))
    : name.endsWith('always_on')
      ? new tracing.AlwaysOnSampler()
      : new tracing.AlwaysOffSampler();
  return name.startsWith('parentbased_') ? new tracing.ParentBasedSampler({ root }) : root;
};

/** Where to and with which headers, time-out and compression, the exporters read from the variables of the specification themselves. */
const exporterOf = (config: Config): tracing.SpanExporter => {
  if (config.get('OTEL_TRACES_EXPORTER') === 'console') return new tracing.ConsoleSpanExporter();
  const protocol = config.get('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? config.get('OTEL_EXPORTER_OTLP_PROTOCOL');
  switch (protocol) {
    case 'grpc':
      return new GrpcExporter();
    case 'http/json':
      return new JsonExporter();
    case 'http/protobuf':
      return new ProtobufExporter();
    default:
      return protocol satisfies never;
  }
};

/** What says which process a span is of; OTEL_RESOURCE_ATTRIBUTES adds to it and goes before it. */
const resourceOf = (config: Config, version: string): resources.Resource =>
  resources.defaultResource().merge(
    resources.resourceFromAttributes({
      'service.name': config.get('OTEL_SERVICE_NAME'),
      'service.version': version,
      'service.instance.id': randomUUID(),
      'darkroom.role': config.get('ROLE').join(','),
    }),
  );

/** Has the SDK's own troubles logged, seldom: nothing of what this program does depends on them. */
const complainSeldom = (): void => {
  const logger = new Logger('Tracing');
  let silentUntil = -Infinity;
  const complain = (message: string): void => {
    telemetryLosses.add('spans', droppedIn(message));
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + SILENCE_MS;
    logger.warn(`Traces are lost, and that is not repeated for five minutes: ${cut(message, LONGEST_COMPLAINT)}`);
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN },
  );
};

/**
 * pg is there already when the instrumentation comes, which works on what is required from then on: so it is required once more. A pool that is
 * not instrumented would give its connections to callers in the context of whoever gave them back.
 */
const requireAgain = (): void => {
  const require = createRequire(import.meta.url);
  require('pg');
  createRequire(require.resolve('pg'))('pg-pool');
};

/** Starts the SDK; the one place of the program that knows it. */
export const startSdk = (config: Config, version: string): Tracing => {
  complainSeldom();
  const sdk = new NodeSDK({
    resource: resourceOf(config, version),
    resourceDetectors: [resources.envDetector],
    sampler: samplerOf(config),
    traceExporter: new LossyExporter(new DiscreetExporter(exporterOf(config)), telemetryLosses),
    // Metrics are those of docs/metrics.md, and logs go where LOG_FORMAT says.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true })],
  });
  sdk.start();
  requireAgain();
  return {
    stop: async () => {
      await Promise.race([sdk.shutdown().catch(() => undefined), wait(FAREWELL_MS)]);
    },
  };
};
