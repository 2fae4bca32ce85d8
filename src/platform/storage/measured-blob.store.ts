import type { Readable } from 'node:stream';
import { BlobStore, type ByteRange, type StagedBlob, type StoredBlob } from './blob-store.port.js';
import { BlobNotFound } from './storage.errors.js';
import type { StorageMeasure, StorageMeter } from './storage-meter.js';

/** A storage that tells how long its operations take, and does what the one behind it does. */
export class MeasuredBlobStore extends BlobStore {
  constructor(
    private readonly store: BlobStore,
    private readonly meter: StorageMeter,
  ) {
    super();
  }

  put(content: Buffer): Promise<StoredBlob> {
    return this.timed('put', () => this.store.put(content));
  }

  async stage(content: AsyncIterable<Uint8Array>): Promise<StagedBlob> {
    const staged = await this.store.stage(content);
    const { sha256, bytes } = staged;
    return {
      sha256,
      bytes,
      read: () => staged.read(),
      keep: () => this.timed('keep', () => staged.keep()),
      drop: () => staged.drop(),
    };
  }

  stat(sha256: string): Promise<StoredBlob | null> {
    return this.timed('stat', () => this.store.stat(sha256));
  }

  read(sha256: string): Promise<Buffer> {
    return this.timed('read', () => this.store.read(sha256));
  }

  open(sha256: string, range?: ByteRange): Promise<Readable> {
    return this.timed('open', () => this.store.open(sha256, range));
  }

  now(): Promise<Date> {
    return this.store.now();
  }

  list(before?: Date): AsyncIterable<string> {
    return this.store.list(before);
  }

  remove(sha256: string, before: Date): Promise<boolean> {
    return this.timed('remove', () => this.store.remove(sha256, before));
  }

  tidy(): Promise<void> {
    return this.store.tidy();
  }

  claim(owner: string): Promise<boolean> {
    return this.store.claim(owner);
  }

  check(): Promise<void> {
    return this.timed('check', () => this.store.check());
  }

  private async timed<T>(operation: StorageMeasure['operation'], work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    let outcome: StorageMeasure['outcome'] = 'ok';
    try {
      return await work();
    } catch (error) {
      outcome = error instanceof BlobNotFound ? 'missing' : 'failed';
      throw error;
    } finally {
      this.meter.tell({ operation, outcome, seconds: (performance.now() - begun) / 1000 });
    }
  }
}
