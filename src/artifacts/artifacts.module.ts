import { Module } from '@nestjs/common';
import { ArtifactsController } from './artifacts.controller.js';
import { Artifacts } from './artifacts.store.js';

@Module({ controllers: [ArtifactsController], providers: [Artifacts] })
export class ArtifactsModule {}
