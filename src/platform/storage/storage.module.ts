import { join } from 'node:path';
import { Global, Logger, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { Config } from '../config/config.js';
import { Installation } from '../database/installation.js';
import { RecurringWork } from '../database/recurring-work.js';
import { BlobReferences } from './blob-references.store.js';
import { BlobStore } from './blob-store.port.js';
import { BlobSweeper } from './blob-sweeper.js';
import { DiskBlobStore } from './disk-blob.store.js';
import { MeasuredBlobStore } from './measured-blob.store.js';
import { PictureInspector } from './picture-inspector.js';
import { StorageMeter } from './storage-meter.js';

const logger = new Logger('Storage');

/** Sweeps from time to time; a token of its own, as there is other recurring work. */
class Sweeping extends RecurringWork {}

const sweeping = (pool: Pool, config: Config, sweeper: BlobSweeper): Sweeping =>
  new Sweeping(pool, {
    name: 'sweep_blobs',
    everySeconds: config.get('SWEEP_SECONDS'),
    work: async (signal) => {
      const removed = await sweeper.sweep(signal);
      if (removed > 0) logger.log(`Removed ${String(removed)} pictures that nothing refers to`);
    },
    onError: (error) => {
      logger.warn(String(error));
    },
  });

/** For every module: `BlobStore`, `BlobReferences`, `PictureInspector`, `StorageMeter`. Workers sweep what nothing refers to. */
@Global()
@Module({
  providers: [
    StorageMeter,
    {
      provide: BlobStore,
      inject: [Config, StorageMeter],
      useFactory: async (config: Config, meter: StorageMeter) => {
        const store = new DiskBlobStore(join(config.get('DARKROOM_HOME'), 'artifacts'));
        await store.prepare();
        return new MeasuredBlobStore(store, meter);
      },
    },
    BlobReferences,
    { provide: PictureInspector, useFactory: () => new PictureInspector() },
    {
      provide: BlobSweeper,
      inject: [BlobStore, BlobReferences, Installation],
      useFactory: (...parts: [BlobStore, BlobReferences, Installation]) => new BlobSweeper(...parts),
    },
    { provide: Sweeping, inject: [Pool, Config, BlobSweeper], useFactory: sweeping },
  ],
  exports: [BlobStore, BlobReferences, PictureInspector, StorageMeter],
})
export class StorageModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly config: Config,
    private readonly sweeps: Sweeping,
  ) {}

  /** After every capability has declared what it refers to. */
  onApplicationBootstrap(): void {
    if (this.config.has('worker')) this.sweeps.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.sweeps.stop();
  }
}
