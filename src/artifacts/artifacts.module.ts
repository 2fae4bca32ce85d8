import { Module } from '@nestjs/common';
import { BlobReferences } from '../platform/storage/blob-references.store.js';
import { ArtifactsController } from './artifacts.controller.js';
import { Artifacts } from './artifacts.store.js';

@Module({ controllers: [ArtifactsController], providers: [Artifacts] })
export class ArtifactsModule {
  constructor(references: BlobReferences) {
    references.add(
      { table: 'artifacts', column: 'sha256' },
      { table: 'artifacts', column: 'poster_sha256' },
      { table: 'artifacts', column: 'preview_sha256' },
      { table: 'thumbnails', column: 'thumbnail_sha256', madeFrom: 'sha256' },
    );
  }
}
