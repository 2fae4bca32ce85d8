import { EmptyAppend } from '../errors.js';
import type { RecordedEvent, ReplayedEvent } from '../event.js';
import { EventStore, type Append, type AppendOutcome, type IdempotencyKey } from '../event-store.js';

const nameOf = (key: IdempotencyKey): string => `${key.scope}\n${key.key}`;

/** The log in an array, for specs of deciders' callers; held to the contract of the real one, without inline rows. */
export class InMemoryEventStore extends EventStore {
  private readonly log: RecordedEvent[] = [];
  private readonly keys = new Map<string, { readonly bodyHash: string; readonly streamId: string }>();

  append(append: Append): Promise<AppendOutcome> {
    if (append.events.length === 0) return Promise.reject(new EmptyAppend(append.streamId));
    return Promise.resolve(this.appendNow(append));
  }

  readStream(streamId: string, afterVersion = 0): Promise<RecordedEvent[]> {
    return Promise.resolve(this.log.filter((event) => event.streamId === streamId && event.version > afterVersion));
  }

  readAll(afterPosition: number, limit: number): Promise<RecordedEvent[]> {
    return Promise.resolve(this.log.slice(afterPosition, afterPosition + limit));
  }

  async replay(afterPosition: number, limit: number, types: readonly string[]): Promise<ReplayedEvent[]> {
    const events = (await this.readAll(afterPosition, limit)).filter(({ type }) => types.includes(type));
    return events.map(({ type, data, streamId, version, position }) => ({ type, data, streamId, version, position }));
  }

  findKey(key: IdempotencyKey): Promise<{ readonly streamId: string; readonly bodyHash: string } | null> {
    return Promise.resolve(this.keys.get(nameOf(key)) ?? null);
  }

  head(): Promise<number> {
    return Promise.resolve(this.log.length);
  }

  private appendNow({ streamId, streamType, expectedVersion, events, idempotencyKey }: Append): AppendOutcome {
    const version = this.versionOf(streamId);
    const refused = this.duplicateOf(streamId, events.at(-1)?.id) ?? this.judgeKey(idempotencyKey);
    if (refused) return refused;
    if (expectedVersion !== null && expectedVersion !== version) return { outcome: 'conflict', version };
    const recordedAt = new Date().toISOString();
    for (const [place, { id, event, metadata }] of events.entries()) {
      const stored = { type: event.type, data: event.data, id, streamId, streamType, metadata, recordedAt };
      const position = this.log.length + 1;
      // What a caller changes later in its own objects does not reach the log.
      this.log.push(JSON.parse(JSON.stringify({ ...stored, version: version + 1 + place, position })) as RecordedEvent);
    }
    if (idempotencyKey) this.keys.set(nameOf(idempotencyKey), { bodyHash: idempotencyKey.bodyHash, streamId });
    return { outcome: 'ok', version: version + events.length, position: this.log.length, recordedAt };
  }

  private judgeKey(key: IdempotencyKey | undefined): AppendOutcome | null {
    const known = key && this.keys.get(nameOf(key));
    if (!known) return null;
    return known.bodyHash === key.bodyHash ? { outcome: 'replay', streamId: known.streamId } : { outcome: 'mismatch' };
  }

  private duplicateOf(streamId: string, lastEventId: string | undefined): AppendOutcome | null {
    const found = this.log.find((event) => event.streamId === streamId && event.id === lastEventId);
    return found
      ? { outcome: 'duplicate', version: found.version, position: found.position, recordedAt: found.recordedAt }
      : null;
  }

  private versionOf(streamId: string): number {
    return this.log.findLast((event) => event.streamId === streamId)?.version ?? 0;
  }
}
