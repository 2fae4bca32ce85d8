import { Query } from '@nestjs/cqrs';
import type { EventMetadata } from '../../eventsourcing/event.js';
import type { CachedResult } from '../prompt-cache.port.js';
import type { GenerationRequest } from '../generation.commands.js';
import type { ResourceId } from '../../platform/http/ids.js';
import type { ErrorCategory, VisualParameters } from '../../providers/image-provider.port.js';
import type { Generation } from './generation-answer.dto.js';
import type { PriceItem } from '../../providers/pricing.port.js';
import type { Artifact, GenerationOrder, GenerationType, Mode } from '../generation.events.js';

export type Status = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

export interface RunError {
  readonly category: ErrorCategory;
  readonly message: string;
  readonly retryable: boolean;
}

export type OrderDetails = Pick<
  GenerationOrder,
  | ('num_variants' | 'structured_prompt' | 'inputs' | 'video' | 'priority')
  | ('preset' | 'preset_version' | 'prompt_template')
>;

/** One run as its row holds it; times are RFC 3339, null where they have not come yet. */
export interface GenerationRow {
  readonly run_id: string;
  readonly id: number;
  readonly version: number;
  readonly type: GenerationType;
  readonly user_id: number;
  readonly project_id: number | null;
  readonly mode: Mode;
  readonly prompt: string;
  readonly negative_prompt: string | null;
  readonly visual: VisualParameters;
  readonly reasoning: Readonly<Record<string, string>>;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfg_scale: number;
  readonly seed: number;
  readonly provider: string;
  readonly model: string;
  readonly use_cache: boolean;
  readonly max_retries: number;
  readonly prompt_hash: string | null;
  readonly parent_id: string | null;
  readonly instruction: string | null;
  readonly batch_id: string | null;
  /** What only some runs have: jobs, and those with a preset or a priority of their own. */
  readonly details: OrderDetails | null;
  readonly cost_estimate_usd: number | null;
  /** The run that a provider made the result for, where it was not this one. */
  readonly source_run_id: string | null;
  readonly saved_usd: number | null;
  readonly created_at: string;
  readonly status: Status;
  readonly attempt: number;
  readonly next_attempt_at: string | null;
  /** Until when the attempt that comes next must have started. */
  readonly expires_at: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly quality_score: number | null;
  readonly generation_time: number | null;
  readonly cost_usd: number | null;
  readonly cached: boolean;
  readonly error: RunError | null;
  readonly artifacts: readonly Artifact[];
}

export interface Attempt {
  readonly attempt: number;
  readonly status: 'processing' | 'completed' | 'failed' | 'cancelled';
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly worker_id: string;
  /** One for each variant that the provider took; none where it answered at once. */
  readonly provider_job_ids: readonly string[];
  readonly error: RunError | null;
}

export interface RunEvent {
  /** Place in the run's stream. */
  readonly sequence: number;
  /** Place in the log. */
  readonly position: number;
  readonly type: string;
  readonly occurred_at: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** @returns the run's row @throws GenerationNotFound */
export class GetGeneration extends Query<GenerationRow> {
  constructor(readonly id: ResourceId) {
    super();
  }
}

/** @returns the answers of GET /api/generate/{id} without the details, in any order; a run that does not exist has none */
export class GetGenerationAnswers extends Query<readonly Generation[]> {
  constructor(readonly runIds: readonly string[]) {
    super();
  }
}

/** Where a run stands in its batch. */
export interface BatchPlace {
  readonly runId: string;
  readonly batchId: string;
  /** From 0. */
  readonly index: number;
}

/** @returns the places of those of the runs that belong to a batch */
export class GetBatchPlaces extends Query<readonly BatchPlace[]> {
  constructor(readonly runIds: readonly string[]) {
    super();
  }
}

/** A result that a request would be answered with now, and the hash that names it. */
export interface CacheLookup {
  readonly promptHash: string;
  readonly result: CachedResult | null;
}

export class LookUpResult extends Query<CacheLookup> {
  constructor(readonly request: GenerationRequest) {
    super();
  }
}

/** What a request would cost. */
export interface CostEstimate {
  readonly provider: string;
  readonly model: string;
  readonly variants: number;
  /** Of one variant. */
  readonly bill: readonly PriceItem[];
  /** Whether the result is there already. */
  readonly isCached: boolean;
}

export class EstimateCost extends Query<CostEstimate> {
  constructor(readonly request: GenerationRequest) {
    super();
  }
}

/** The attempts of a run, oldest first, from its events up to a version: what came after the row was read does not belong to it. */
export class GetAttempts extends Query<readonly Attempt[]> {
  constructor(
    readonly runId: string,
    readonly upToVersion: number,
  ) {
    super();
  }
}

/** A run among those that were made from each other; `instruction` is null for the first of them. */
export interface Relative {
  readonly id: number;
  readonly run_id: string;
  readonly status: Status;
  readonly instruction: string | null;
  readonly created_at: string;
}

/** The runs that a run came from, the first one first, and those that were made from it, oldest first; the nearest 100 of each. */
export class GetLineage extends Query<{
  readonly ancestors: readonly Relative[];
  readonly refinements: readonly Relative[];
}> {
  constructor(readonly runId: string) {
    super();
  }
}

/** @returns the run's events after `afterSequence` */
export class GetRunEvents extends Query<readonly RunEvent[]> {
  constructor(
    readonly runId: string,
    readonly afterSequence = 0,
  ) {
    super();
  }
}
