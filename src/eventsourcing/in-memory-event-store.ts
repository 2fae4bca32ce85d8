import type { RecordedEvent } from './event.js';
import { EventStore, type Append, type AppendOutcome, type IdempotencyKey } from './event-store.js';

const nameOf = (key: IdempotencyKey): string => `${key.scope}\n${key.key}`;

/** The log in an array, for specs of deciders' callers; held to the contract of the real one, without inline rows. */
export class InMemoryEventStore extends EventStore {
  private readonly log: RecordedEvent[] = [];
  private readonly keys = new Map<string, { readonly bodyHash: string; readonly streamId: string }>();

  append(append: Append): Promise<AppendOutcome> {
    return Promise.resolve(this.appendNow(append));
  }

  readStream(streamId: string, afterVersion = 0): Promise<RecordedEvent[]> {
    return Promise.resolve(this.log.filter((event) => event.streamId === streamId && event.version > afterVersion));
  }

  readAll(afterPosition: number, limit: number): Promise<RecordedEvent[]> {
    return Promise.resolve(this.log.slice(afterPosition, afterPosition + limit));
  }

  head(): Promise<number> {
    return Promise.resolve(this.log.length);
  }

  private appendNow(append: Append): AppendOutcome {
    const refused = this.judgeKey(append) ?? this.judgeVersion(append);
    if (refused) return refused;
    const recordedAt = new Date().toISOString();
    const first = this.versionOf(append.streamId) + 1;
    for (const [place, { id, event, metadata }] of append.events.entries()) {
      const copy = JSON.parse(JSON.stringify({ type: event.type, data: event.data })) as { type: string; data: object };
      const { streamId, streamType } = append;
      this.log.push({ ...copy, id, streamId, streamType, version: first + place, position: this.log.length + 1, metadata, recordedAt });
    }
    const { idempotencyKey } = append;
    if (idempotencyKey) this.keys.set(nameOf(idempotencyKey), { bodyHash: idempotencyKey.bodyHash, streamId: append.streamId });
    return { outcome: 'ok', version: this.versionOf(append.streamId), position: this.log.length, recordedAt };
  }

  private judgeKey({ idempotencyKey, streamId, events }: Append): AppendOutcome | null {
    const known = idempotencyKey && this.keys.get(nameOf(idempotencyKey));
    if (!known) return null;
    if (known.streamId === streamId) return this.duplicateOf(streamId, events.at(-1)?.id);
    return known.bodyHash === idempotencyKey.bodyHash ? { outcome: 'replay', streamId: known.streamId } : { outcome: 'mismatch' };
  }

  private judgeVersion({ streamId, expectedVersion, events }: Append): AppendOutcome | null {
    const version = this.versionOf(streamId);
    const duplicate = this.duplicateOf(streamId, events.at(-1)?.id);
    if (duplicate) return duplicate;
    return expectedVersion === null || expectedVersion === version ? null : { outcome: 'conflict', version };
  }

  private duplicateOf(streamId: string, lastEventId: string | undefined): AppendOutcome | null {
    const found = this.log.find((event) => event.streamId === streamId && event.id === lastEventId);
    return found ? { outcome: 'duplicate', version: found.version, position: found.position, recordedAt: found.recordedAt } : null;
  }

  private versionOf(streamId: string): number {
    return this.log.findLast((event) => event.streamId === streamId)?.version ?? 0;
  }
}
