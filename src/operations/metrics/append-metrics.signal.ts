import { Injectable, Logger } from '@nestjs/common';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import { PostgresEventStore } from '../../eventsourcing/postgres-event-store.js';
import { ArtifactMetrics } from './artifact-metrics.signal.js';
import { Metrics } from './metrics.provider.js';
import { RunMetrics } from './run-metrics.signal.js';

/** Counts the appends of this process and what they record: each event once, in the process that appended it, after its commit. */
@Injectable()
export class AppendMetrics {
  private readonly logger = new Logger(AppendMetrics.name);
  private appendingSince = 0;

  constructor(
    private readonly metrics: Metrics,
    private readonly runs: RunMetrics,
    private readonly artifacts: ArtifactMetrics,
    store: PostgresEventStore,
  ) {
    store.observe({
      appending: () => {
        this.appendingSince = performance.now();
      },
      recorded: (events) => {
        try {
          this.count(events);
        } catch (error) {
          // Whoever appended must not be told that it failed: the events are in the log.
          this.logger.error(`Events were not counted: ${String(error)}`);
        }
      },
    });
  }

  private count(events: readonly RecordedEvent[]): void {
    const value = (performance.now() - this.appendingSince) / 1000;
    const outcome = events.length > 0 ? 'ok' : 'nothing';
    this.metrics.observe('darkroom_eventstore_append_duration_seconds', { outcome }, { value });
    for (const { type } of events) this.metrics.count('darkroom_events_appended_total', { type });
    this.runs.count(events);
    this.artifacts.count(events);
  }
}
