import { Meter } from '../telemetry/meter.js';
import type { BlobStore, StagedBlob } from './blob-store.port.js';
import { BlobNotFound } from './storage.errors.js';

/** What is measured. `keep` makes a blob of what has arrived; the arriving itself goes at the pace of whoever sends. */
type StorageOperation = 'put' | 'keep' | 'read' | 'open' | 'stat' | 'remove' | 'check';

/** An operation of the storage that has come to its end. */
export interface StorageMeasure {
  readonly operation: StorageOperation;
  readonly outcome: 'ok' | 'missing' | 'failed';
  readonly seconds: number;
}

const WHOLE = ['put', 'read', 'open', 'stat', 'remove', 'check'] as const satisfies (keyof BlobStore)[];

/** Tells how long operations of the storage take. */
export class StorageMeter extends Meter<StorageMeasure> {
  /** Has every call of a store told from now on, and gives it back. */
  measure<Store extends BlobStore>(store: Store): Store {
    for (const operation of WHOLE) {
      const work = store[operation].bind(store) as (...parameters: unknown[]) => Promise<unknown>;
      Object.assign(store, { [operation]: (...rest: unknown[]) => this.timed(operation, () => work(...rest)) });
    }
    const stage = store.stage.bind(store);
    const stageMeasured: BlobStore['stage'] = async (content) => this.withKeep(await stage(content));
    Object.assign(store, { stage: stageMeasured });
    return store;
  }

  private withKeep(staged: StagedBlob): StagedBlob {
    const keep = staged.keep.bind(staged);
    return Object.assign(staged, { keep: () => this.timed('keep', keep) });
  }

  private async timed<T>(operation: StorageOperation, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    let outcome: StorageMeasure['outcome'] = 'ok';
    try {
      return await work();
    } catch (error) {
      outcome = error instanceof BlobNotFound ? 'missing' : 'failed';
      throw error;
    } finally {
      this.tell({ operation, outcome, seconds: (performance.now() - begun) / 1000 });
    }
  }
}
