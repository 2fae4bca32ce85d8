import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { EventStore } from '../../eventsourcing/event-store.js';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import { GenerationNotFound } from '../generation.errors.js';
import type { GenerationEvent } from '../generation.events.js';
import { attemptsOf } from './attempts.policy.js';
import type { Generation } from './generation-answer.dto.js';
import {
  GetAttempts,
  GetBatchPlaces,
  GetGeneration,
  GetGenerationAnswers,
  GetRunEvents,
  type Attempt,
  type BatchPlace,
  type GenerationRow,
  type RunEvent,
} from './generation.queries.js';
import { generationView } from './generation-view.policy.js';

/** The columns that the driver does not give as the row's types say. */
interface DriverRow extends Omit<
  GenerationRow,
  | 'id'
  | 'seed'
  | 'cost_usd'
  | 'cost_estimate_usd'
  | 'saved_usd'
  | 'created_at'
  | 'next_attempt_at'
  | 'expires_at'
  | 'started_at'
  | 'completed_at'
> {
  readonly id: string;
  readonly seed: string;
  readonly cost_usd: string | null;
  readonly cost_estimate_usd: string | null;
  readonly saved_usd: string | null;
  readonly created_at: Date;
  readonly next_attempt_at: Date | null;
  readonly expires_at: Date | null;
  readonly started_at: Date | null;
  readonly completed_at: Date | null;
}

const COLUMNS = `run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale,
  seed, provider, model, use_cache, max_retries, prompt_hash, parent_id, instruction, batch_id, details, cost_estimate_usd, source_run_id, saved_usd, created_at, status, attempt, next_attempt_at, expires_at, started_at, completed_at, quality_score,
  generation_time, cost_usd, cached, error, artifacts`;

const BY_RUN_ID = { name: 'generation_by_run_id', text: `select ${COLUMNS} from generations where run_id = $1` };
const BY_NUMBER = { name: 'generation_by_number', text: `select ${COLUMNS} from generations where id = $1` };
const BY_RUN_IDS = {
  name: 'generations_by_run_ids',
  text: `select ${COLUMNS} from generations where run_id = any($1)`,
};
const PLACES = {
  name: 'batch_places',
  text: `select run_id as "runId", batch_id as "batchId", batch_index as index
           from generations where run_id = any($1) and batch_id is not null`,
};

const toRow = (row: DriverRow): GenerationRow => ({
  ...row,
  id: Number(row.id),
  seed: Number(row.seed),
  cost_usd: row.cost_usd === null ? null : Number(row.cost_usd),
  cost_estimate_usd: row.cost_estimate_usd === null ? null : Number(row.cost_estimate_usd),
  saved_usd: row.saved_usd === null ? null : Number(row.saved_usd),
  created_at: row.created_at.toISOString(),
  next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
  expires_at: row.expires_at?.toISOString() ?? null,
  started_at: row.started_at?.toISOString() ?? null,
  completed_at: row.completed_at?.toISOString() ?? null,
});

@QueryHandler(GetGeneration)
export class GetGenerationHandler implements IQueryHandler<GetGeneration> {
  constructor(private readonly pool: Pool) {}

  /** @throws GenerationNotFound */
  async execute({ id }: GetGeneration): Promise<GenerationRow> {
    const { rows } = await this.pool.query<DriverRow>({
      ...(id.kind === 'uuid' ? BY_RUN_ID : BY_NUMBER),
      values: [id.id],
    });
    const [row] = rows;
    if (!row) throw new GenerationNotFound(id.id);
    return toRow(row);
  }
}

@QueryHandler(GetGenerationAnswers)
export class GetGenerationAnswersHandler implements IQueryHandler<GetGenerationAnswers> {
  constructor(private readonly pool: Pool) {}

  async execute({ runIds }: GetGenerationAnswers): Promise<readonly Generation[]> {
    const { rows } = await this.pool.query<DriverRow>({ ...BY_RUN_IDS, values: [runIds] });
    return rows.map((row) => generationView(toRow(row)));
  }
}

@QueryHandler(GetBatchPlaces)
export class GetBatchPlacesHandler implements IQueryHandler<GetBatchPlaces> {
  constructor(private readonly pool: Pool) {}

  async execute({ runIds }: GetBatchPlaces): Promise<readonly BatchPlace[]> {
    return (await this.pool.query<BatchPlace>({ ...PLACES, values: [runIds] })).rows;
  }
}

@QueryHandler(GetAttempts)
export class GetAttemptsHandler implements IQueryHandler<GetAttempts> {
  constructor(private readonly events: EventStore) {}

  async execute({ runId, upToVersion }: GetAttempts): Promise<readonly Attempt[]> {
    const events = (await this.events.readStream(runId)) as RecordedEvent<GenerationEvent>[];
    return attemptsOf(events.filter(({ version }) => version <= upToVersion));
  }
}

@QueryHandler(GetRunEvents)
export class GetRunEventsHandler implements IQueryHandler<GetRunEvents> {
  constructor(private readonly events: EventStore) {}

  async execute({ runId, afterSequence }: GetRunEvents): Promise<readonly RunEvent[]> {
    const events = await this.events.readStream(runId, afterSequence);
    return events.map(({ version, position, type, recordedAt, data, metadata }) => ({
      sequence: version,
      position,
      type,
      occurred_at: recordedAt,
      data,
      metadata,
    }));
  }
}
