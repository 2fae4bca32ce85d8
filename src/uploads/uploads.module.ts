import { Global, Logger, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { Config } from '../platform/config/config.js';
import { RecurringWork } from '../platform/database/recurring-work.js';
import { BlobReferences } from '../platform/storage/blob-references.store.js';
import { ExpireUploads } from './expire-uploads.processor.js';
import { Receptions } from './receptions.signal.js';
import { GetUploadHandler, StoredUploads, UploadRows } from './upload-rows.store.js';
import { UploadsController } from './uploads.controller.js';
import { PresignUploadHandler, ReceiveUploadHandler } from './uploads.handlers.js';
import { UploadedPictures } from './uploads.port.js';
import { UPLOAD_ROWS, Uploads } from './uploads.store.js';

const logger = new Logger('Uploads');

/** A token of its own, as there is other recurring work. */
class Expiry extends RecurringWork {}

const expiry = (pool: Pool, config: Config, ...[rows, uploads]: [UploadRows, Uploads]): Expiry => {
  const expire = new ExpireUploads(rows, uploads, (uploadId, error) => {
    logger.warn(`The unused link of ${uploadId} could not be closed and will be tried again: ${String(error)}`);
  });
  return new Expiry(pool, {
    name: 'expire_uploads',
    everySeconds: config.get('SWEEP_SECONDS'),
    work: async (signal) => {
      await expire.run(signal);
    },
    onError: (error) => {
      logger.warn(`Unused links could not be closed and will be later: ${String(error)}`);
    },
  });
};

/** Pictures of callers. Other capabilities get them by `UploadedPictures`. */
@Global()
@Module({
  controllers: [UploadsController],
  providers: [
    Uploads,
    UploadRows,
    PresignUploadHandler,
    ReceiveUploadHandler,
    GetUploadHandler,
    Receptions,
    { provide: UploadedPictures, useClass: StoredUploads },
    { provide: Expiry, inject: [Pool, Config, UploadRows, Uploads], useFactory: expiry },
  ],
  exports: [UploadedPictures],
})
export class UploadsModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    subscriptions: Subscriptions,
    references: BlobReferences,
    private readonly config: Config,
    private readonly expiring: Expiry,
  ) {
    subscriptions.addInlineReadModel(UPLOAD_ROWS);
    references.add({ table: 'uploads', column: 'sha256' });
  }

  onApplicationBootstrap(): void {
    if (this.config.has('worker')) this.expiring.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.expiring.stop();
  }
}
