import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import type { RecordedEvent } from './event.js';
import type { Append, AppendOutcome } from './event-store.js';

/** Records nothing and costs next to nothing in a process that has loaded no SDK. */
const tracer = trace.getTracer('darkroom');

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The span that a W3C traceparent of version 00 names; null where it names none. */
const spanContextOf = (traceparent: string | null | undefined): SpanContext | null => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : null;
};

const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;

/** Whether somebody records the trace that a W3C traceparent names. */
export const isTraced = (traceparent: string | undefined): boolean => {
  const spanContext = spanContextOf(traceparent);
  return spanContext !== null && isSampled(spanContext);
};

/** The W3C traceparent of a span; null of one that belongs to no trace, as all do in a process without an SDK. */
export const traceparentOf = (span: Span | undefined): string | null => {
  const spanContext = span?.spanContext();
  if (!spanContext || !isSpanContextValid(spanContext)) return null;
  const { traceId, spanId, traceFlags } = spanContext;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
};

/** The trace of what is going on now. */
export const activeTraceparent = (): string | null => traceparentOf(trace.getActiveSpan());

/** The span of what is going on now; null where nobody records it. */
export const recordedSpan = (): Pick<SpanContext, 'traceId' | 'spanId'> | null => {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext && isSampled(spanContext) && isSpanContextValid(spanContext) ? spanContext : null;
};

/** Where a span goes on that follows from a traceparent, of another process maybe; a new trace where it names none. */
export const contextFrom = (traceparent: string | null | undefined): Context => {
  const spanContext = spanContextOf(traceparent);
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
};

/** Links to traces that somebody may look at; what was not sampled, and the trace `besides`, get none. */
const linksTo = (traceparents: readonly (string | null | undefined)[], besides: Context): Link[] => {
  const own = trace.getSpanContext(besides)?.traceId;
  return traceparents.flatMap((each) => {
    const linked = spanContextOf(each);
    return linked && isSampled(linked) && linked.traceId !== own ? [{ context: linked }] : [];
  });
};

export interface SpanOptions {
  /** INTERNAL where it is absent. */
  readonly kind?: SpanKind;
  /** Nothing that a person wrote: no prompt, no path, no message. */
  readonly attributes?: Attributes;
  /** What it is a part of: what is going on now where it is absent, a new trace for ROOT_CONTEXT. */
  readonly parent?: Context;
  /** W3C traceparents of what it has to do with in other traces. */
  readonly links?: readonly (string | null | undefined)[];
  /** The word for an error, null for one that is none; what the error calls itself where it is absent. */
  readonly failureOf?: (error: unknown) => string | null;
  /** Whether an error says that nothing was done, so that there is to be no span of it. What came before the error has to be `untraced`. */
  readonly wasNothing?: (error: unknown) => boolean;
}

/** Begins a span that the caller ends. */
export const beginSpan = (name: string, options: SpanOptions): Span => {
  const { kind = SpanKind.INTERNAL, attributes = {}, parent = context.active(), links = [] } = options;
  return tracer.startSpan(name, { kind, attributes, links: linksTo(links, parent) }, parent);
};

/** What an error calls itself: its code or its name, which are the program's words; its message may repeat what somebody wrote. */
export const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : error.name;
};

const markFailed = (span: Span, failure: string | null): void => {
  if (failure === null) return;
  span.setAttribute('error.type', failure);
  span.setStatus({ code: SpanStatusCode.ERROR });
};

/** Does some work as a span, which is the active one meanwhile. @throws what the work throws */
export const inSpan = async <T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> => {
  const { parent = context.active(), failureOf = nameOf, wasNothing = () => false } = options;
  const span = beginSpan(name, { ...options, parent });
  try {
    const result = await context.with(trace.setSpan(parent, span), () => work(span));
    span.end();
    return result;
  } catch (error) {
    // One that never ends is never told of.
    if (wasNothing(error)) throw error;
    markFailed(span, failureOf(error));
    span.end();
    throw error;
  }
};

/** Does what is no part of what is going on now, so that nothing of it stands in that trace. */
export const untraced = <T>(work: () => T): T => context.with(ROOT_CONTEXT, work);

/**
 * Does what is one piece of work for several traces, and ends the span that each of them has of it; what the work asks of the database stands in none
 * of them. @throws what the work throws
 */
export const inSpans = async <T>(spans: readonly Span[], work: () => Promise<T>): Promise<T> => {
  try {
    return await untraced(work);
  } catch (error) {
    for (const span of spans) markFailed(span, nameOf(error));
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
};

/** Links a span to what it has to do with in another trace. */
export const linkSpan = (span: Span, traceparent: string | null | undefined): void => {
  for (const link of linksTo([traceparent], trace.setSpan(ROOT_CONTEXT, span))) span.addLink(link);
};

/** Links what is going on now to another trace. */
export const linkActiveSpan = (traceparent: string | null | undefined): void => {
  const span = trace.getActiveSpan();
  if (span) linkSpan(span, traceparent);
};

/** The events as a part of the span that appends them: whatever follows from them goes on from there. */
const withTrace = (append: Append, span: Span): Append => {
  const traceparent = traceparentOf(span);
  if (traceparent === null || append.events.every(({ metadata }) => metadata.traceparent === traceparent))
    return append;
  const events = append.events.map((event) => ({ ...event, metadata: { ...event.metadata, traceparent } }));
  return { ...append, events };
};

/**
 * Appends as a span of what is going on now, or, in the background, of the trace that the events go back to; linked to the trace of what the
 * stream recorded before, where that is another one.
 */
export const appendInSpan = (
  append: Append,
  send: (append: Append) => Promise<AppendOutcome>,
): Promise<AppendOutcome> => {
  const { streamId, streamType, expectedVersion, events, follows } = append;
  const active = context.active();
  const parent = trace.getSpan(active) ? active : contextFrom(events[0]?.metadata.traceparent);
  const attributes = {
    'darkroom.stream.type': streamType,
    'darkroom.stream.id': streamId,
    ...(expectedVersion !== null && { 'darkroom.stream.expected_version': expectedVersion }),
    'darkroom.events.types': events.map(({ event }) => event.type),
  };
  return inSpan('eventstore append', { parent, attributes, links: [follows] }, async (span) => {
    const outcome = await send(withTrace(append, span));
    span.setAttribute('darkroom.append.outcome', outcome.outcome);
    return outcome;
  });
};

/** Traces of one batch that get a span of it at the most: a batch costs what it costs, however many runs it is about. */
const MOST_TRACES = 50;

/** The sampled traces of events, the first event of each and how many there are. */
const tracesOf = (
  events: readonly RecordedEvent[],
): Map<string, { readonly first: RecordedEvent; count: number; readonly types: Set<string> }> => {
  const traces = new Map<string, { readonly first: RecordedEvent; count: number; readonly types: Set<string> }>();
  for (const event of events) {
    const spanContext = spanContextOf(event.metadata.traceparent);
    if (!spanContext || !isSampled(spanContext)) continue;
    const known = traces.get(spanContext.traceId);
    if (known) {
      known.count += 1;
      known.types.add(event.type);
    } else if (traces.size < MOST_TRACES)
      traces.set(spanContext.traceId, { first: event, count: 1, types: new Set([event.type]) });
  }
  return traces;
};

/** Folds a batch of events into a projection, as a span in the trace of each run that they are about. */
export const projectInSpans = (
  projection: string,
  events: readonly RecordedEvent[],
  work: () => Promise<void>,
): Promise<void> => {
  const now = Date.now();
  const spans = [...tracesOf(events).values()].map(({ first, count, types }) =>
    beginSpan(`project ${projection}`, {
      kind: SpanKind.CONSUMER,
      parent: contextFrom(first.metadata.traceparent),
      attributes: {
        'darkroom.projection.name': projection,
        'darkroom.projection.events': count,
        'darkroom.projection.lag_ms': Math.max(0, now - Date.parse(first.recordedAt)),
        'darkroom.events.types': [...types],
      },
    }),
  );
  return inSpans(spans, work);
};
