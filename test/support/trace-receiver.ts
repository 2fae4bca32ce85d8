import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './darkroom-process.js';

/** A value as OTLP writes it in JSON. */
interface WireValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}

type WireAttributes = readonly { readonly key: string; readonly value: WireValue }[];

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: WireAttributes;
  readonly links?: readonly { readonly traceId: string }[];
  readonly status?: { readonly code?: number };
}

interface WireRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: WireAttributes };
    readonly scopeSpans?: readonly { readonly spans?: readonly WireSpan[] }[];
  }[];
}

type Attributes = Readonly<Record<string, unknown>>;

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** A span that somebody has sent. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty of the first of its trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly attributes: Attributes;
  /** Ids of the traces that it is linked to. */
  readonly links: readonly string[];
  readonly failed: boolean;
  /** Of the process that it is of. */
  readonly resource: Attributes;
}

const valueOf = (value: WireValue): unknown =>
  value.arrayValue ? value.arrayValue.values.map(valueOf) : Object.values(value)[0];

const attributesOf = (wire: WireAttributes = []): Attributes =>
  Object.fromEntries(wire.map(({ key, value }) => [key, valueOf(value)]));

const spansIn = ({ resourceSpans = [] }: WireRequest): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans
      .flatMap(({ spans = [] }) => spans)
      .map((span) => ({
        ...{ traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId ?? '', name: span.name },
        kind: KINDS[span.kind] ?? '',
        attributes: attributesOf(span.attributes),
        links: (span.links ?? []).map(({ traceId }) => traceId),
        failed: span.status?.code === 2,
        resource: attributesOf(resource?.attributes),
      })),
  );

/** A collector that keeps what it is sent, in JSON over HTTP (OTLP 1.x). */
export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Every request as it came, for what must not be in it. */
  readonly bodies: string[] = [];
  private status = 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceReceiver> {
    const server = createServer();
    const receiver = new TraceReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        receiver.bodies.push(body);
        receiver.spans.push(...spansIn(JSON.parse(body) as WireRequest));
        response.writeHead(receiver.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  /** The environment of a process that is to send its traces here, soon after they happen. */
  get env(): Record<string, string> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    };
  }

  /** From now on it keeps what it is sent, and says that it does not. */
  refuse(): void {
    this.status = 400;
  }

  /** The spans of a trace so far. */
  of(traceId: string): readonly ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** The spans of a trace as soon as they satisfy. @throws Error with those that there are */
  until(traceId: string, satisfies: (spans: readonly ReceivedSpan[]) => boolean): Promise<readonly ReceivedSpan[]> {
    return eventually(() => Promise.resolve(this.of(traceId)), satisfies);
  }

  /** The spans of a trace as soon as it has all these names, and the parent of each. @throws Error with those that there are */
  whole(traceId: string, ...names: readonly string[]): Promise<readonly ReceivedSpan[]> {
    return this.until(
      traceId,
      (spans) => names.every((name) => spans.some((span) => span.name === name)) && lostAmong(spans).length === 0,
    );
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

/** The trace id in a header `traceparent` or in the metadata of an event. */
export const traceIdOf = (traceparent: unknown): string => {
  const [, traceId] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(String(traceparent)) ?? [];
  if (traceId === undefined) throw new Error(`Not the traceparent of a sampled trace: ${String(traceparent)}`);
  return traceId;
};

/** The spans whose parent is not among them, but for the first of the trace. */
const lostAmong = (spans: readonly ReceivedSpan[]): readonly string[] => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(({ parentSpanId }) => parentSpanId !== '' && !ids.has(parentSpanId)).map(({ name }) => name);
};

/** The names of the spans above one, the nearest first. */
export const pathOf = (spans: readonly ReceivedSpan[], span: ReceivedSpan): readonly string[] => {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [parent.name, ...pathOf(spans, parent)] : [];
};
