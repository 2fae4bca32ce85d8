import { SpanKind, type Attributes } from '@opentelemetry/api';
import { beginSpan, contextFrom, inSpan, inSpans, nameOf, traceparentOf } from '../../eventsourcing/traces.js';
import { type Job, type JobHandler, Postponed } from './job-queue.port.js';

/** Which server carries the jobs, in the words of OpenTelemetry. */
export type QueueSystem = 'postgresql' | 'redis';

const DESTINATION = 'jobs';

const attributesOf = (system: QueueSystem, operation: 'send' | 'process', { id }: Job): Attributes => ({
  'messaging.system': system,
  'messaging.destination.name': DESTINATION,
  'messaging.operation.type': operation,
  'messaging.operation.name': operation,
  // Made by the program, of ids alone.
  'messaging.message.id': id,
});

/**
 * Adds jobs to a queue, each as a span of the trace that it belongs to; the job takes the span along, so that whoever handles it goes on from
 * there. One that belongs to none leaves as it is.
 */
export const sendInSpans = (
  system: QueueSystem,
  jobs: readonly Job[],
  add: (jobs: readonly Job[]) => Promise<void>,
): Promise<void> => {
  const sent = jobs.map((job) => {
    if (job.traceparent === undefined) return { job, spans: [] };
    const span = beginSpan(`send ${DESTINATION}`, {
      kind: SpanKind.PRODUCER,
      parent: contextFrom(job.traceparent),
      attributes: attributesOf(system, 'send', job),
    });
    const traceparent = traceparentOf(span) ?? job.traceparent;
    return { job: { ...job, data: { ...job.data, traceparent } }, spans: [span] };
  });
  return inSpans(
    sent.flatMap(({ spans }) => spans),
    () => add(sent.map(({ job }) => job)),
  );
};

/**
 * Handles each job as a span of the trace that it brings along. One that is postponed leaves none: a job may be looked at many times before it can
 * run.
 */
export const processInSpan =
  (system: QueueSystem, handler: JobHandler): JobHandler =>
  (job, signal) =>
    inSpan(
      `process ${DESTINATION}`,
      {
        kind: SpanKind.CONSUMER,
        parent: contextFrom(traceparentIn(job)),
        attributes: attributesOf(system, 'process', job),
        // What this worker had to leave goes on elsewhere.
        failureOf: (error) => (signal.aborted ? null : nameOf(error)),
        wasNothing: (error) => error instanceof Postponed,
      },
      async (span) => {
        try {
          await handler(job, signal);
        } catch (error) {
          span.setAttribute('darkroom.job.comes_again', true);
          throw error;
        }
      },
    );

const traceparentIn = ({ data: { traceparent } }: Job): string | undefined =>
  typeof traceparent === 'string' ? traceparent : undefined;
