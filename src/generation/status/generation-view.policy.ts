import type { Artifact } from '../generation.events.js';
import { enhancedPrompt } from '../preset/preset-source.port.js';
import { seedOfRun } from '../seed.policy.js';
import type { Progress } from '../progress.port.js';
import type {
  AcceptedGeneration,
  AcceptedJob,
  AppliedParameters,
  Generation,
  GenerationDetail,
  RunStatus,
} from './generation-answer.dto.js';
import type { Attempt, GenerationRow } from './generation.queries.js';
import type { RunArtifact } from './run-parts.dto.js';

/** Paths are relative to the server, so that they hold behind any proxy. */
export const artifactUrl = (id: string): string => `/api/artifacts/${id}/content`;

export const artifactView = (artifact: Artifact): RunArtifact => ({
  id: artifact.id,
  variant: artifact.variant,
  url: artifactUrl(artifact.id),
  thumbnail_url: `/api/artifacts/${artifact.id}/thumbnail`,
  content_type: artifact.content_type,
  width: artifact.width,
  height: artifact.height,
  bytes: artifact.bytes,
  sha256: artifact.sha256,
  seed: artifact.seed,
  duration_seconds: artifact.duration_seconds ?? null,
  poster_url: artifact.poster ? `/api/artifacts/${artifact.id}/poster` : null,
  preview_url: artifact.preview ? `/api/artifacts/${artifact.id}/preview` : null,
  evaluation: null,
});

const linksOf = (runId: string): Pick<RunStatus, 'status_url' | 'stream_url' | 'cancel_url'> => ({
  status_url: `/api/status/${runId}`,
  stream_url: `/api/status/stream/${runId}`,
  cancel_url: `/api/generate/${runId}/cancel`,
});

const UNSET = {
  ...{ camera_angle: null, fov: null, lighting: null, color_palette: null, composition: null, style: null },
  ...{ duration_seconds: null, fps: null, motion: null },
};

const parametersOf = ({ visual, details, ...row }: GenerationRow): AppliedParameters => {
  const {
    video,
    prompt_template: template,
    num_variants = 1,
    structured_prompt = null,
    inputs = null,
  } = { ...details };
  return {
    ...UNSET,
    ...visual,
    ...{ num_variants, structured_prompt, inputs },
    ...video,
    ...{ prompt: row.prompt, negative_prompt: row.negative_prompt, steps: row.steps, cfg_scale: row.cfg_scale },
    enhanced_prompt: template === undefined ? null : enhancedPrompt(template, row.prompt),
  };
};

const generationFields = (row: GenerationRow) => {
  const [first] = row.artifacts;
  return {
    id: row.id,
    run_id: row.run_id,
    status: row.status,
    type: row.type,
    mode: row.mode,
    image_url: first ? artifactUrl(first.id) : null,
    parameters: parametersOf(row),
    quality_score: row.quality_score,
    generation_time: row.generation_time,
    reasoning: row.reasoning,
    cached: row.cached,
    retry_count: row.attempt - 1,
    max_retries: row.max_retries,
    priority: row.details?.priority ?? 'normal',
    // A run without a seed of its own that took another one's result has that one's.
    seed: seedOfRun(row, row.artifacts),
    provider: row.provider,
    model: row.model,
    preset: row.details?.preset ?? null,
    preset_version: row.details?.preset_version ?? null,
    width: row.width,
    height: row.height,
    cost_estimate_usd: row.cost_estimate_usd,
    cost_usd: row.cost_usd,
    user_id: row.user_id,
    project_id: row.project_id,
    parent_id: row.parent_id,
    batch_id: row.batch_id,
    instruction: row.instruction,
    source_run_id: row.source_run_id,
    saved_usd: row.saved_usd,
    prompt_hash: row.prompt_hash,
    next_attempt_at: row.next_attempt_at,
    created_at: row.created_at,
    started_at: row.started_at,
    completed_at: row.completed_at,
  } satisfies Generation;
};

/** The answer of POST /api/generate. */
export const generationView = (row: GenerationRow): Generation => generationFields(row);

/** The answer of GET /api/generate/{id}. */
export const generationDetailView = (row: GenerationRow, attempts: readonly Attempt[]): GenerationDetail => ({
  ...generationFields(row),
  artifacts: row.artifacts.map(artifactView),
  error: row.error,
  attempts,
});

/** The 202 answer. */
export const acceptedView = (row: GenerationRow): AcceptedGeneration => acceptedFields(row);

const acceptedFields = (row: GenerationRow) => ({
  id: row.id,
  run_id: row.run_id,
  status: row.status,
  seed: row.seed,
  provider: row.provider,
  model: row.model,
  created_at: row.created_at,
  ...linksOf(row.run_id),
});

/** The 202 answer of a job. */
export const acceptedJobView = (row: GenerationRow): AcceptedJob => ({
  ...acceptedFields(row),
  cache_hit: row.cached,
  prompt_hash: row.prompt_hash,
  cost_estimate_usd: row.cached ? 0 : row.cost_estimate_usd,
});

const progressOf = (row: GenerationRow, latest: Progress | null): number => {
  if (row.status === 'completed') return 1;
  return row.status === 'processing' && latest?.attempt === row.attempt ? latest.progress : 0;
};

/** The answer of GET /api/status/{run_id}. */
export const statusView = (row: GenerationRow, latest: Progress | null, queuePosition: number | null): RunStatus => ({
  run_id: row.run_id,
  id: row.id,
  status: row.status,
  progress: progressOf(row, latest),
  queue_position: queuePosition,
  artifacts: row.artifacts.map(artifactView),
  error: row.error,
  retry_count: row.attempt - 1,
  next_attempt_at: row.next_attempt_at,
  expires_at: row.expires_at,
  created_at: row.created_at,
  started_at: row.started_at,
  completed_at: row.completed_at,
  ...linksOf(row.run_id),
});
