import { RUN_ID, TIMES, artifactOf, orderOf } from '../../../test/support/generations.js';
import type { GenerationRow } from './generation.queries.js';
import {
  acceptedJobView,
  acceptedView,
  artifactView,
  generationDetailView,
  generationView,
  statusView,
} from './generation-view.policy.js';

const rowOf = (change: Partial<GenerationRow> = {}): GenerationRow => ({
  ...orderOf(),
  run_id: RUN_ID,
  id: 7,
  version: 4,
  prompt_hash: null,
  parent_id: null,
  instruction: null,
  batch_id: null,
  details: null,
  cost_estimate_usd: null,
  source_run_id: null,
  saved_usd: null,
  created_at: TIMES.created,
  status: 'completed',
  attempt: 1,
  next_attempt_at: null,
  expires_at: null,
  started_at: TIMES.started,
  completed_at: TIMES.ended,
  quality_score: 0.7,
  generation_time: 4.25,
  cost_usd: 0.01,
  cached: false,
  error: null,
  artifacts: [artifactOf()],
  ...change,
});

const keysOf = (view: object): string[] => Object.keys(view).sort();
const words = (text: string): string[] => text.trim().split(/\s+/).sort();

/** The fields of the contract, word for word; what stands beside them says more without changing a promise. */
const CONTRACT = {
  generation: `id run_id status image_url parameters quality_score generation_time reasoning cached retry_count seed provider model width
    height cost_usd created_at completed_at`,
  parameters: 'prompt camera_angle fov lighting color_palette composition style',
  accepted: 'id run_id status status_url stream_url cancel_url',
  detail: 'artifacts error attempts',
  status: 'run_id id status progress queue_position artifacts error retry_count created_at started_at completed_at',
  artifact: 'id variant url thumbnail_url content_type width height bytes sha256 seed evaluation',
};
const BESIDE = {
  generation: `type mode max_retries priority user_id project_id parent_id batch_id instruction source_run_id saved_usd prompt_hash cost_estimate_usd next_attempt_at
    started_at preset preset_version`,
  parameters:
    'negative_prompt enhanced_prompt steps cfg_scale num_variants structured_prompt inputs duration_seconds fps motion',
  accepted: 'seed provider model created_at',
  status: 'next_attempt_at expires_at status_url stream_url cancel_url',
  artifact: 'duration_seconds poster_url preview_url',
  job: 'cache_hit prompt_hash cost_estimate_usd',
};

describe('the answers have exactly the fields of the contract and those that are listed beside them', () => {
  it('of POST /api/generate', () => {
    const view = generationView(rowOf());
    expect(keysOf(view)).toEqual(words(`${CONTRACT.generation} ${BESIDE.generation}`));
    expect(keysOf((view as { parameters: object }).parameters)).toEqual(
      words(`${CONTRACT.parameters} ${BESIDE.parameters}`),
    );
  });

  it('of GET /api/generate/{id}', () => {
    expect(keysOf(generationDetailView(rowOf(), []))).toEqual(
      words(`${CONTRACT.generation} ${BESIDE.generation} ${CONTRACT.detail}`),
    );
  });

  it('of a 202', () => {
    expect(keysOf(acceptedView(rowOf()))).toEqual(words(`${CONTRACT.accepted} ${BESIDE.accepted}`));
  });

  it('of a job', () => {
    expect(keysOf(acceptedJobView(rowOf()))).toEqual(words(`${CONTRACT.accepted} ${BESIDE.accepted} ${BESIDE.job}`));
  });

  it('of GET /api/status/{run_id}', () => {
    expect(keysOf(statusView(rowOf(), null, null))).toEqual(words(`${CONTRACT.status} ${BESIDE.status}`));
  });

  it('of an artifact', () => {
    expect(keysOf(artifactView(artifactOf()))).toEqual(words(`${CONTRACT.artifact} ${BESIDE.artifact}`));
  });

  it('are the same before the run ends: what has not come yet is null and not missing', () => {
    const waiting = rowOf({
      status: 'pending',
      started_at: null,
      completed_at: null,
      quality_score: null,
      generation_time: null,
      cost_usd: null,
      artifacts: [],
    });
    expect(keysOf(generationView(waiting))).toEqual(keysOf(generationView(rowOf())));
    for (const view of [generationDetailView(waiting, []), statusView(waiting, null, 3), acceptedView(waiting)]) {
      expect(Object.values(view)).not.toContain(undefined);
    }
  });
});

describe('generationView', () => {
  it('links to the first picture', () => {
    const artifacts = [artifactOf(0), artifactOf(1)];
    expect(generationView(rowOf({ artifacts }))).toMatchObject({
      image_url: `/api/artifacts/${artifactOf(0).id}/content`,
    });
    expect(generationView(rowOf({ artifacts: [] }))).toMatchObject({ image_url: null });
  });

  it('gives the visual parameters by name, null where the model was left to choose', () => {
    expect(generationView(rowOf({ visual: { lighting: 'soft' } }))).toMatchObject({
      parameters: {
        lighting: 'soft',
        camera_angle: null,
        fov: null,
        color_palette: null,
        composition: null,
        style: null,
      },
    });
  });

  it('shows the preset with its version, and the prompt as the provider gets it', () => {
    const details = { preset: 'blue_hour', preset_version: 3, prompt_template: 'photo of {prompt}' };
    expect(generationView(rowOf({ prompt: 'a boat', details }))).toMatchObject({
      ...{ preset: 'blue_hour', preset_version: 3 },
      parameters: { prompt: 'a boat', enhanced_prompt: 'photo of a boat' },
    });
    expect(keysOf(generationView(rowOf({ details })).parameters)).toEqual(
      words(`${CONTRACT.parameters} ${BESIDE.parameters}`),
    );
    expect(generationView(rowOf())).toMatchObject({
      ...{ preset: null, preset_version: null },
      parameters: { enhanced_prompt: null },
    });
  });

  it.each([
    [1, 0],
    [2, 1],
    [6, 5],
  ])('at attempt %i counts %i retries', (attempt, retryCount) => {
    expect(generationView(rowOf({ attempt }))).toMatchObject({ retry_count: retryCount });
    expect(statusView(rowOf({ attempt }), null, null)).toMatchObject({ retry_count: retryCount });
  });

  it('says when the next attempt is due', () => {
    expect(generationView(rowOf({ status: 'pending', next_attempt_at: TIMES.due }))).toMatchObject({
      status: 'pending',
      next_attempt_at: TIMES.due,
    });
  });
});

describe('acceptedView', () => {
  it('links to where the run can be followed and stopped', () => {
    expect(acceptedView(rowOf({ status: 'pending' }))).toMatchObject({
      status: 'pending',
      status_url: `/api/status/${RUN_ID}`,
      stream_url: `/api/status/stream/${RUN_ID}`,
      cancel_url: `/api/generate/${RUN_ID}/cancel`,
    });
  });
});

describe('artifactView', () => {
  it('links to the bytes and to the thumbnail', () => {
    const artifact = artifactOf();
    expect(artifactView(artifact)).toEqual({
      ...artifact,
      url: `/api/artifacts/${artifact.id}/content`,
      thumbnail_url: `/api/artifacts/${artifact.id}/thumbnail`,
      duration_seconds: null,
      poster_url: null,
      preview_url: null,
      evaluation: null,
    });
  });

  it('links to the poster and the preview of a video', () => {
    const companion = { content_type: 'image/png', bytes: 3, sha256: 'cd'.repeat(32) };
    const { id, ...video } = { ...artifactOf(), duration_seconds: 2.5, poster: companion, preview: companion };
    expect(artifactView({ id, ...video })).toMatchObject({
      duration_seconds: 2.5,
      poster_url: `/api/artifacts/${id}/poster`,
      preview_url: `/api/artifacts/${id}/preview`,
    });
  });
});

describe('the progress in statusView', () => {
  it.each([
    { says: 'is what the running attempt told last', status: 'processing', attempt: 2, told: 2, progress: 0.6 },
    { says: 'begins anew with each attempt', status: 'processing', attempt: 2, told: 1, progress: 0 },
    { says: 'is 0 while nothing was told', status: 'processing', attempt: 1, told: null, progress: 0 },
    { says: 'is 0 while the run waits, whatever was told before', status: 'pending', attempt: 2, told: 2, progress: 0 },
    { says: 'is 1 at the end, whatever was told last', status: 'completed', attempt: 1, told: 1, progress: 1 },
    { says: 'is 0 after a failure', status: 'failed', attempt: 1, told: 1, progress: 0 },
    { says: 'is 0 after a cancellation', status: 'cancelled', attempt: 1, told: 1, progress: 0 },
  ] as const)('$says', ({ status, attempt, told, progress }) => {
    const latest = told === null ? null : { runId: RUN_ID, attempt: told, progress: 0.6 };
    expect(statusView(rowOf({ status, attempt }), latest, null)).toMatchObject({ progress });
  });

  it('stands beside the place in the queue', () => {
    expect(statusView(rowOf({ status: 'pending' }), null, 3)).toMatchObject({ queue_position: 3 });
  });
});
