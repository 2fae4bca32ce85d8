import type { RecordedEvent } from '../eventsourcing/event.js';
import type { StreamMessage } from '../platform/http/event-stream.js';
import type { Artifact, GenerationEvent } from '../generation/generation.events.js';

interface Told {
  readonly event: 'status' | 'artifact' | 'retry' | 'completed' | 'failed' | 'cancelled';
  readonly data: object;
}

/** The same fields as in GET /api/status/{run_id}. */
const artifactOf = ({ id, poster, preview, ...rest }: Artifact): object => ({
  id,
  url: `/api/artifacts/${id}/content`,
  thumbnail_url: `/api/artifacts/${id}/thumbnail`,
  ...{ ...rest, duration_seconds: rest.duration_seconds ?? null },
  poster_url: poster ? `/api/artifacts/${id}/poster` : null,
  preview_url: preview ? `/api/artifacts/${id}/preview` : null,
  evaluation: null,
});

const tell = (event: GenerationEvent): Told => {
  switch (event.type) {
    case 'GenerationCreated':
      return { event: 'status', data: { status: 'pending', attempt: 1 } };
    case 'GenerationStarted':
      return { event: 'status', data: { status: 'processing', attempt: event.data.attempt } };
    case 'GenerationSubmitted':
      return { event: 'status', data: { status: 'processing', attempt: event.data.attempt, submitted: true } };
    case 'GenerationResumed':
      return { event: 'status', data: { status: 'processing', attempt: event.data.attempt, resumed: true } };
    case 'GenerationArtifactStored':
      return { event: 'artifact', data: { artifact: artifactOf(event.data.artifact) } };
    case 'GenerationRetried': {
      const { attempt, category, message, next_attempt, next_attempt_at } = event.data;
      return {
        event: 'retry',
        data: {
          status: 'pending',
          attempt,
          error: { category, message, retryable: true },
          next_attempt,
          next_attempt_at,
        },
      };
    }
    case 'GenerationCompleted': {
      const { attempt, quality_score, generation_time, cost_usd, cached, source } = event.data;
      return {
        event: 'completed',
        data: {
          status: 'completed',
          attempt,
          quality_score,
          generation_time,
          cost_usd,
          cached,
          ...(source && { source }),
        },
      };
    }
    case 'GenerationFailed': {
      const { attempt, category, message, retryable } = event.data;
      return { event: 'failed', data: { status: 'failed', attempt, error: { category, message, retryable } } };
    }
    case 'GenerationCancelled':
      return { event: 'cancelled', data: { status: 'cancelled' } };
    case 'GenerationRetryRequested':
      return { event: 'status', data: { status: 'pending', attempt: event.data.next_attempt } };
    case 'GenerationJoined':
      return { event: 'status', data: { status: 'pending', attempt: 1, joined_to: event.data.leader_run_id } };
    case 'GenerationReleased':
      return { event: 'status', data: { status: 'pending', attempt: 1, joined_to: null } };
    default:
      return event satisfies never;
  }
};

/** A stored event in the words of the stream; `id` is the place in the run's stream or in the log, as the route promises. */
export const streamMessage = (recorded: RecordedEvent<GenerationEvent>, id: 'sequence' | 'position'): StreamMessage => {
  const { version, position, streamId, recordedAt, type } = recorded;
  const { event, data } = tell(recorded);
  return {
    event,
    id: id === 'sequence' ? version : position,
    data: { run_id: streamId, sequence: version, position, at: recordedAt, type, ...data },
  };
};
