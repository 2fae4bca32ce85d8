import type pg from 'pg';
import type { BatchEvent } from '../../../src/batches/batch.events.js';
import { BATCH_STREAM } from '../../../src/batches/batch.events.js';
import { GENERATION_STREAM, type GenerationEvent } from '../../../src/generation/generation.events.js';

interface Place {
  readonly position: number;
  readonly version: number;
  readonly streamId: string;
  readonly streamType: string;
  /** RFC 3339, by the clock of the database. */
  readonly recordedAt: string;
}

export type LoggedEvent = (GenerationEvent | BatchEvent) & Place;
export type RunEvent = GenerationEvent & Place;
export type LoggedBatchEvent = BatchEvent & Place;

interface Row {
  readonly position: string;
  readonly stream_id: string;
  readonly stream_type: string;
  readonly version: number;
  readonly type: string;
  readonly data: object;
  readonly recorded_at: Date;
}

/** Everything that was recorded, in order. */
export const readLog = async (client: pg.Client): Promise<LoggedEvent[]> => {
  const { rows } = await client.query<Row>(
    'select position, stream_id, stream_type, version, type, data, recorded_at from events order by position',
  );
  return rows.map(({ position, stream_id: streamId, stream_type: streamType, recorded_at: at, ...event }) => {
    const place: Place = {
      position: Number(position),
      version: event.version,
      streamId,
      streamType,
      recordedAt: at.toISOString(),
    };
    return { ...event, ...place } as LoggedEvent;
  });
};

const isOfRun = (event: LoggedEvent): event is RunEvent => event.streamType === GENERATION_STREAM;
const isOfBatch = (event: LoggedEvent): event is LoggedBatchEvent => event.streamType === BATCH_STREAM;

export const runEvents = (log: readonly LoggedEvent[]): RunEvent[] => log.filter(isOfRun);
export const batchEvents = (log: readonly LoggedEvent[]): LoggedBatchEvent[] => log.filter(isOfBatch);

/** Positions without a hole, and versions of each stream too. */
export const logProblems = (log: readonly LoggedEvent[]): string[] => {
  const versions = new Map<string, number>();
  return log.flatMap(({ position, streamId, version }, place) => {
    const expected = (versions.get(streamId) ?? 0) + 1;
    versions.set(streamId, version);
    return [
      ...(position === place + 1 ? [] : [`position ${String(position)} stands in place of ${String(place + 1)}`]),
      ...(version === expected
        ? []
        : [`version ${String(version)} of ${streamId} stands in place of ${String(expected)}`]),
    ];
  });
};
