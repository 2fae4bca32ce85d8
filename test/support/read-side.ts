import { CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { Pool } from 'pg';
import { fold } from '../../src/eventsourcing/decider.js';
import type { EventStore } from '../../src/eventsourcing/event-store.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { Subscriptions } from '../../src/eventsourcing/subscriptions.js';
import { GENERATION_EVENTS, type GenerationEvent } from '../../src/generation/generation.events.js';
import { GENERATION_KIND } from '../../src/generation/generation.store.js';
import { HistoryProjection } from '../../src/generation/history/history.projection.js';
import { History } from '../../src/generation/history/history.store.js';
import { StatisticsProjection } from '../../src/statistics/statistics.projection.js';
import { CountRunsHandler, StatisticsReports } from '../../src/statistics/statistics.store.js';
import { KernelProcess, type KernelSettings } from './kernel-process.js';

/**
 * Appends the events of a log one by one, each with the row of its run, so that they get the positions that they have.
 * @param from how many of them were appended before
 */
export const appendLog = async (
  store: EventStore,
  events: readonly RecordedEvent<GenerationEvent>[],
  from = 0,
): Promise<void> => {
  const streams = new Map<string, RecordedEvent<GenerationEvent>[]>();
  for (const event of events) {
    const { id, streamId, streamType, version, metadata, type, data } = event;
    const before = streams.get(streamId) ?? [];
    streams.set(streamId, [...before, event]);
    if (event.position <= from) continue;
    const inlineRows = GENERATION_KIND.inlineRows(fold(GENERATION_KIND.decider, [...before, event]), [event]);
    const append = {
      streamId,
      streamType,
      expectedVersion: version - 1,
      events: [{ id, event: { type, data }, metadata }],
      inlineRows,
    };
    const { outcome } = await store.append(append);
    if (outcome !== 'ok') throw new Error(`The append was answered with ${outcome}`);
  }
};

/** The projections of history and statistics, and what reads them, as one process has them. */
export class ReadSide {
  private constructor(
    readonly kernel: KernelProcess,
    private readonly app: TestingModule,
  ) {}

  /** Not yet following the log: call `kernel.start()`. */
  static async open(
    url: string,
    { pool, ...settings }: KernelSettings & { readonly pool?: Pool } = {},
  ): Promise<ReadSide> {
    const kernel = new KernelProcess(url, { declarations: [GENERATION_EVENTS], ...settings });
    kernel.subscriptions.addProjection(new HistoryProjection());
    kernel.subscriptions.addProjection(new StatisticsProjection());
    const app = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: Pool, useValue: pool ?? kernel.pool },
        { provide: Subscriptions, useValue: kernel.subscriptions },
        History,
        StatisticsReports,
        CountRunsHandler,
      ],
    }).compile();
    await app.init();
    return new ReadSide(kernel, app);
  }

  get history(): History {
    return this.app.get(History);
  }

  get reports(): StatisticsReports {
    return this.app.get(StatisticsReports);
  }

  async caughtUp(): Promise<void> {
    for (const name of ['history', 'statistics'])
      if (!(await this.kernel.subscriptions.caughtUp(name))) throw new Error(`${name} did not catch up`);
  }

  async close(): Promise<void> {
    await this.kernel.close();
    await this.app.close();
  }
}
