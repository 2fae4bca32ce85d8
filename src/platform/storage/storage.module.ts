import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { BlobStore } from './blob-store.port.js';
import { DiskBlobStore } from './disk-blob.store.js';

/** `BlobStore` for every module. */
@Global()
@Module({
  providers: [
    {
      provide: BlobStore,
      inject: [Config],
      useFactory: async (config: Config) => {
        const store = new DiskBlobStore(join(config.get('DARKROOM_HOME'), 'artifacts'));
        await store.prepare();
        return store;
      },
    },
  ],
  exports: [BlobStore],
})
export class StorageModule {}
