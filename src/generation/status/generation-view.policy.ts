import type { Artifact } from '../generation.events.js';
import type { Progress } from '../progress.port.js';
import type {
  AcceptedGeneration,
  Generation,
  GenerationDetail,
  RunArtifact,
  RunStatus,
} from './generation-answer.dto.js';
import type { Attempt, GenerationRow } from './generation.queries.js';

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
  evaluation: null,
});

const linksOf = (runId: string): Pick<RunStatus, 'status_url' | 'stream_url' | 'cancel_url'> => ({
  status_url: `/api/status/${runId}`,
  stream_url: `/api/status/stream/${runId}`,
  cancel_url: `/api/generate/${runId}/cancel`,
});

const generationFields = (row: GenerationRow) => {
  const [first] = row.artifacts;
  return {
    id: row.id,
    run_id: row.run_id,
    status: row.status,
    type: row.type,
    mode: row.mode,
    image_url: first ? artifactUrl(first.id) : null,
    parameters: {
      prompt: row.prompt,
      negative_prompt: row.negative_prompt,
      camera_angle: row.visual.camera_angle ?? null,
      fov: row.visual.fov ?? null,
      lighting: row.visual.lighting ?? null,
      color_palette: row.visual.color_palette ?? null,
      composition: row.visual.composition ?? null,
      style: row.visual.style ?? null,
      steps: row.steps,
      cfg_scale: row.cfg_scale,
    },
    quality_score: row.quality_score,
    generation_time: row.generation_time,
    reasoning: row.reasoning,
    cached: row.cached,
    retry_count: row.attempt - 1,
    max_retries: row.max_retries,
    // A run without a seed of its own that took another one's result has that one's.
    seed: first?.seed ?? row.seed,
    provider: row.provider,
    model: row.model,
    width: row.width,
    height: row.height,
    cost_usd: row.cost_usd,
    user_id: row.user_id,
    project_id: row.project_id,
    parent_id: row.parent_id,
    batch_id: row.batch_id,
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
export const acceptedView = (row: GenerationRow): AcceptedGeneration => ({
  id: row.id,
  run_id: row.run_id,
  status: row.status,
  seed: row.seed,
  provider: row.provider,
  model: row.model,
  created_at: row.created_at,
  ...linksOf(row.run_id),
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
  created_at: row.created_at,
  started_at: row.started_at,
  completed_at: row.completed_at,
  ...linksOf(row.run_id),
});
