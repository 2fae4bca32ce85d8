import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Pool } from 'pg';
import { AppModule } from '../../src/app.module.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { PostgresEventStore } from '../../src/eventsourcing/postgres-event-store.js';
import { EventTypes } from '../../src/eventsourcing/upcaster.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { Config } from '../../src/platform/config/config.js';
import { configureHttp } from '../../src/platform/http/configure-http.js';
import type { EventStream } from '../../src/platform/http/event-stream.js';
import { OpenStreams } from '../../src/streaming/open-streams.signal.js';
import { DarkroomApi } from './darkroom-api.js';
import { freshDatabase, type TestDatabase } from './database.js';

/** The real store, which tells where it was read from the log and can be made to fail there. */
class WatchedStore extends PostgresEventStore {
  readonly readsAfter: number[] = [];
  /** Reads under way. */
  reading = 0;
  failure: Error | null = null;

  override async readAll(afterPosition: number, limit: number): Promise<RecordedEvent[]> {
    this.readsAfter.push(afterPosition);
    this.reading += 1;
    try {
      if (this.failure) throw this.failure;
      return await super.readAll(afterPosition, limit);
    } finally {
      this.reading -= 1;
    }
  }
}

/** The real streams, which remember how many there were. */
@Injectable()
class CountedStreams extends OpenStreams {
  opened = 0;

  override add(stream: EventStream): void {
    this.opened += 1;
    super.add(stream);
  }
}

/** The whole program in this process, without a worker, so that a test sees what its streams hold and read. */
export class StreamsApp {
  private constructor(
    readonly database: TestDatabase,
    private readonly app: NestExpressApplication,
    private readonly home: string,
  ) {}

  static async start(): Promise<StreamsApp> {
    const [database, home] = await Promise.all([freshDatabase(), mkdtemp(join(tmpdir(), 'darkroom-'))]);
    const environment = {
      ROLE: 'api',
      OPS_PORT: '0',
      SIMULATOR: 'on',
      DATABASE_URL: database.url,
      DARKROOM_HOME: home,
    };
    const module = await Test.createTestingModule({ imports: [AppModule.with(Config.from(environment))] })
      .overrideProvider(PostgresEventStore)
      .useFactory({
        inject: [Pool],
        factory: (pool: Pool) => new WatchedStore(pool, new EventTypes([GENERATION_EVENTS])),
      })
      .overrideProvider(OpenStreams)
      .useClass(CountedStreams)
      .compile();
    const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    configureHttp(app);
    await app.listen(0, '127.0.0.1');
    return new StreamsApp(database, app, home);
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.app.getHttpServer().address() as AddressInfo).port)}`;
  }

  get api(): DarkroomApi {
    return new DarkroomApi(this.origin);
  }

  get store(): WatchedStore {
    return this.app.get<WatchedStore>(PostgresEventStore);
  }

  get streams(): CountedStreams {
    return this.app.get<CountedStreams>(OpenStreams);
  }

  /** How many clients are connected. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.app.getHttpServer().getConnections((error: Error | null, count: number) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
  }

  /** A run that waits for a worker for ever: its only event stands at the position that is its number. */
  async run(): Promise<{ readonly id: number; readonly run_id: string }> {
    const body = { prompt: 'a red car', model: 'simulator/ok' };
    const { body: made } = await this.api.post<{ id: number; run_id: string }>('/api/generate', body, {
      prefer: 'respond-async',
    });
    return made;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    await rm(this.home, { recursive: true, force: true });
  }
}
