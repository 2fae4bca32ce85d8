import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { DecisionHandler, type StreamKind } from '../eventsourcing/decision-handler.js';
import { EventStore } from '../eventsourcing/event-store.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import { ResetStatistics, TrackJob, type Report } from './monitoring.commands.js';
import {
  resetDecider,
  trackedJobDecider,
  type RecordJob,
  type Recorded,
  type RecordReset,
} from './monitoring.decider.js';
import { RESET_STREAM, TRACKED_JOB_STREAM, type JobTracked, type MonitoringReset } from './monitoring.events.js';

const TRACKED_JOB_KIND: StreamKind<Recorded, RecordJob, JobTracked> = {
  type: TRACKED_JOB_STREAM,
  decider: trackedJobDecider,
  inlineRows: () => ({}),
};
const RESET_KIND: StreamKind<Recorded, RecordReset, MonitoringReset> = {
  type: RESET_STREAM,
  decider: resetDecider,
  inlineRows: () => ({}),
};
/** Of a stream that nobody has written to: its id was made for this command. */
const NOTHING = { state: null, version: 0 };

@CommandHandler(TrackJob)
export class TrackJobHandler implements ICommandHandler<TrackJob> {
  constructor(private readonly store: EventStore) {}

  /** @throws RequestInvalid where the idempotency key came with another body */
  async execute({ id, job, idempotencyKey, issued: { now, metadata } }: TrackJob): Promise<Report> {
    const reports = new DecisionHandler(this.store, TRACKED_JOB_KIND);
    const options = { metadata, known: NOTHING, ...(idempotencyKey && { idempotencyKey }) };
    const decision = await refuseOtherBody(reports.decide(id, { type: 'RecordJob', job, now }, options));
    return decision.outcome === 'replay' ? { id: decision.streamId, replayed: true } : { id, replayed: false };
  }
}

@CommandHandler(ResetStatistics)
export class ResetStatisticsHandler implements ICommandHandler<ResetStatistics> {
  constructor(private readonly store: EventStore) {}

  async execute({ issued: { now, metadata } }: ResetStatistics): Promise<string> {
    const resets = new DecisionHandler(this.store, RESET_KIND);
    await resets.decide(uuidv7(), { type: 'RecordReset', now }, { metadata, known: NOTHING });
    return now.toISOString();
  }
}
