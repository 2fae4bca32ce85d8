import { setTimeout as wait } from 'node:timers/promises';
import { Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ArtifactsModule } from './artifacts/artifacts.module.js';
import { BATCH_EVENTS } from './batches/batch.events.js';
import { BatchModule } from './batches/batch.module.js';
import { EventsourcingModule } from './eventsourcing/eventsourcing.module.js';
import { GENERATION_EVENTS } from './generation/generation.events.js';
import { GenerationModule } from './generation/generation.module.js';
import { GENERATION_PROBLEMS } from './generation/generation.problems.data.js';
import { MONITORING_EVENTS } from './monitoring/monitoring.events.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { LOG_SERVICES } from './operations/log-services.data.js';
import { OperationsModule } from './operations/operations.module.js';
import { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { Notifications } from './platform/database/notifications.js';
import { HttpPlatformModule } from './platform/http/http.module.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { ProcessLog } from './platform/logging/process-log.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { RedisModule } from './platform/redis/redis.module.js';
import { StorageModule } from './platform/storage/storage.module.js';
import { TracingModule } from './platform/telemetry/tracing.module.js';
import { PRESET_EVENTS } from './presets/presets.events.js';
import { PresetsModule } from './presets/presets.module.js';
import { ProvidersModule } from './providers/providers.module.js';
import { PROMPT_CACHE_EVENTS } from './prompt-cache/prompt-cache.events.js';
import { PromptCacheModule } from './prompt-cache/prompt-cache.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { StreamingModule } from './streaming/streaming.module.js';
import { SuggestionsModule } from './suggestions/suggestions.module.js';
import { UPLOAD_EVENTS } from './uploads/uploads.events.js';
import { UploadsModule } from './uploads/uploads.module.js';

/** The only list of capabilities. */
@Module({})
export class AppModule implements BeforeApplicationShutdown {
  constructor(private readonly config: Config) {}

  /**
   * The first of all these hooks, as this is the root: /health/ready says 503 by now, nothing that serves a request has closed, and whoever
   * sends requests here gets the time to look.
   */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.config.has('api')) await wait(this.config.get('SHUTDOWN_DRAIN_SECONDS') * 1000);
  }

  /** @param stopping ends a start that waits for somebody else */
  static with(config: Config, log = new ProcessLog(config, LOG_SERVICES), stopping?: AbortSignal): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(log),
        DatabaseModule.with(stopping),
        RedisModule.with(config.get('REDIS_URL')),
        CqrsModule.forRoot(),
        TracingModule,
        HttpPlatformModule.with(GENERATION_PROBLEMS),
        EventsourcingModule.with({
          declarations: [
            GENERATION_EVENTS,
            PROMPT_CACHE_EVENTS,
            BATCH_EVENTS,
            UPLOAD_EVENTS,
            PRESET_EVENTS,
            MONITORING_EVENTS,
          ],
          notifications: Notifications,
          runsSubscriptions: config.has('projector'),
        }),
        QueueModule.with(config.get('REDIS_URL') === null ? 'postgres' : 'bull'),
        StorageModule,
        ProvidersModule,
        PromptCacheModule,
        // In front of the generations: their /api/generate/:id would take its path for an id.
        StatisticsModule,
        GenerationModule,
        BatchModule,
        PresetsModule,
        StreamingModule,
        ArtifactsModule,
        UploadsModule,
        SuggestionsModule,
        MonitoringModule,
        OperationsModule,
      ],
    };
  }
}
