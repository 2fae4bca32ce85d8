import type { AcceptedJob, RunStatus } from '../../src/generation/status/generation-answer.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite } from '../support/darkroom-suite.js';
import { seedWhere } from '../support/flaky-seeds.js';
import { pictureOf } from '../support/pictures.js';
import { UploadClient } from '../support/upload-client.js';

let suite: DarkroomSuite;
beforeAll(async () => {
  suite = await DarkroomSuite.start({ RETRY_BASE_SECONDS: '1' });
});
afterAll(() => suite.stop());

const SMALL = { prompt: 'three pears on a wooden table', width: 256, height: 256, use_cache: false };

const post = (route: string, body: object, headers: Record<string, string> = {}): Promise<Answer<AcceptedJob>> =>
  suite.api.post<AcceptedJob>(`/api/generate/${route}`, body, headers);

const begin = async (route: string, body: object): Promise<AcceptedJob> => {
  const { status, body: job } = await post(route, body);
  if (status !== 202) throw new Error(`${String(status)} ${JSON.stringify(job)}`);
  return job;
};
const made = async (route: string, body: object): Promise<RunStatus> => {
  const job = await begin(route, body);
  return suite.status(job.run_id, ({ completed_at }) => completed_at !== null, 60_000);
};
const issues = async (route: string, body: object): Promise<readonly string[]> => {
  const { status, body: problem } = await suite.api.post<{ detail: { loc: unknown[]; msg: string }[] }>(
    `/api/generate/${route}`,
    body,
  );
  expect(status).toBe(422);
  return problem.detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`);
};
const upload = async (content: Buffer, type = 'image/png'): Promise<string> => {
  const uploads = new UploadClient(suite);
  const link = await uploads.presign({ content_type: type, size: content.length });
  const { status } = await uploads.put(link, content);
  if (status !== 200) throw new Error(`The upload was answered ${String(status)}`);
  return link.upload_id;
};
const bytesOf = async ({ artifacts }: RunStatus, index = 0): Promise<Buffer> =>
  (await suite.api.get(artifacts[index]?.url ?? '')).bytes;

describe('a text-to-image job', () => {
  it('is accepted at once and makes its variants, each with a seed of its own, as they come', async () => {
    const { status, body: job, headers } = await post('text-to-image', { ...SMALL, num_variants: 3, seed: 7 });
    expect(status).toBe(202);
    expect(headers['location']).toBe(`/api/status/${job.run_id}`);
    expect(job).toMatchObject({ status: 'pending', cache_hit: false, prompt_hash: null, cost_estimate_usd: 0.006 });
    const { artifacts, status: end } = await suite.ended(job.run_id);
    expect(end).toBe('completed');
    expect(artifacts.map(({ variant, seed }) => [variant, seed])).toEqual([
      [0, 7],
      [1, 8],
      [2, 9],
    ]);
    expect(new Set(artifacts.map(({ sha256 }) => sha256)).size).toBe(3);
    expect(await suite.eventTypes(job.run_id)).toEqual([
      ...['Created', 'Started', 'ArtifactStored', 'ArtifactStored', 'ArtifactStored', 'Completed'],
    ]);
    expect(await suite.detail(job.run_id)).toMatchObject({
      cost_usd: 0.006,
      cost_estimate_usd: 0.006,
      mode: 'manual',
      parameters: { num_variants: 3 },
    });
  });

  it('gives the bytes of a single picture with the same seed', async () => {
    const variants = await made('text-to-image', { ...SMALL, num_variants: 2, seed: 11 });
    const single = await made('text-to-image', { ...SMALL, seed: 12 });
    expect((await bytesOf(variants, 1)).equals(await bytesOf(single))).toBe(true);
  });

  it('shows the variants that are there while another one waits for its next attempt', async () => {
    const seed = seedWhere([
      [false, true, false, false],
      [true, false, true, true],
    ]);
    const body = { ...SMALL, model: 'simulator/flaky-30', num_variants: 4, max_retries: 5, seed };
    const job = await begin('text-to-image', body);
    const between = await suite.status(
      job.run_id,
      ({ status, retry_count: retries }) => status === 'pending' && retries === 1,
    );
    expect(between.artifacts.map(({ variant }) => variant)).toEqual([0, 2, 3]);
    // The second attempt would fail these three, were they made again.
    const ended = await suite.ended(job.run_id);
    expect(ended).toMatchObject({ status: 'completed', retry_count: 1 });
    expect(ended.artifacts.map(({ variant, seed: each }) => [variant, each - seed])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(ended.artifacts.map(({ id }) => id)).toEqual(expect.arrayContaining(between.artifacts.map(({ id }) => id)));
    const { rows } = await suite.database.pool.query<{ jobs: number }>(
      'select count(*)::int as jobs from simulator_jobs where request_key like $1',
      [`${job.run_id}:%`],
    );
    expect(rows[0]?.jobs).toBe(5);
  });

  it('fails with one variant that fails after all its retries, keeps the others, and a retry makes only what is missing', async () => {
    const seed = seedWhere([
      [false, true, false],
      [false, false, false],
    ]);
    const job = await begin('text-to-image', {
      ...{ ...SMALL, model: 'simulator/flaky-30', num_variants: 3, max_retries: 0, seed },
    });
    const failed = await suite.ended(job.run_id);
    expect(failed).toMatchObject({ status: 'failed', error: { category: 'provider_unavailable' } });
    expect(failed.artifacts.map(({ variant }) => variant)).toEqual([0, 2]);
    expect(await suite.detail(job.run_id)).toMatchObject({ cost_usd: 0.02 });
    await suite.api.post(`/api/generate/${job.run_id}/retry`, undefined);
    const { artifacts } = await suite.status(job.run_id, ({ status }) => status === 'completed');
    expect(artifacts).toHaveLength(3);
    expect(await suite.detail(job.run_id)).toMatchObject({ cost_usd: 0.03, retry_count: 1 });
  });

  it('is cancelled with all its jobs at the vendor', async () => {
    const job = await begin('text-to-image', { ...SMALL, model: 'simulator/slow-30s', num_variants: 3 });
    const jobs = async (): Promise<boolean[]> =>
      (
        await suite.database.pool.query<{ cancelled: boolean }>(
          'select cancelled_at is not null as cancelled from simulator_jobs where request_key like $1',
          [`${job.run_id}:%`],
        )
      ).rows.map(({ cancelled }) => cancelled);
    await eventually(
      () => suite.eventTypes(job.run_id),
      (types) => types.filter((type) => type === 'Submitted').length === 3,
    );
    expect((await suite.detail(job.run_id)).attempts[0]?.provider_job_ids).toHaveLength(3);
    expect((await suite.api.post(`/api/generate/${job.run_id}/cancel`, undefined)).status).toBe(200);
    await eventually(jobs, (all) => !all.includes(false));
    expect(await jobs()).toEqual([true, true, true]);
  });

  it('is answered from the cache with all its variants, for nothing', async () => {
    const body = { ...SMALL, prompt: 'four pears on a wooden table', use_cache: true, num_variants: 2, seed: 3 };
    const first = await made('text-to-image', body);
    const again = await begin('text-to-image', body);
    expect(again).toMatchObject({ status: 'completed', cache_hit: true, cost_estimate_usd: 0 });
    expect(again.prompt_hash).toMatch(/^[0-9a-f]{64}$/);
    const { artifacts } = await suite.ended(again.run_id);
    expect(artifacts.map(({ sha256 }) => sha256)).toEqual(first.artifacts.map(({ sha256 }) => sha256));
    expect((await suite.detail(again.run_id)).seed).toBe(3);
    const lookup = await suite.api.post('/api/cache/lookup', { ...body, use_cache: undefined });
    expect(lookup.body).toMatchObject({ hit: true, prompt_hash: again.prompt_hash });
    const one = await begin('text-to-image', { ...body, num_variants: 1 });
    expect(one.cache_hit).toBe(false);
  });

  it('is one job however often it is sent with its idempotency key', async () => {
    const key = { 'idempotency-key': 'the-same-job' };
    const body = { ...SMALL, model: 'simulator/ok' };
    const [one, other] = await Promise.all([post('text-to-image', body, key), post('text-to-image', body, key)]);
    expect(one.body.run_id).toBe(other.body.run_id);
    expect([one, other].filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(1);
    expect((await post('text-to-image', { ...body, seed: 1 }, key)).status).toBe(422);
  });

  it('tells all that is wrong with it, and never takes a webhook that nobody would call', async () => {
    expect(
      await issues('text-to-image', {
        ...{ num_variants: 9, guidance_scale: 31, cfg_scale: 2, colour: 'red', webhook_url: 'https://example.com' },
        ...{ controlnet: { type: 'sketch', image: '1', start: 0.9, end: 0.1 }, guidance_images: [{ weight: 2 }] },
        model: 'nobody/knows',
      }),
    ).toEqual(
      expect.arrayContaining([
        'prompt: Field required',
        'num_variants: num_variants must not be greater than 8',
        'colour: Unknown field: colour',
        'webhook_url: Webhooks are not available yet: leave the field out',
        'controlnet.type: Invalid type: sketch',
        'controlnet.end: must not be less than start',
        'guidance_images.0.upload_id: Field required',
        'model: Unknown model: nobody/knows',
      ]),
    );
    expect(await issues('text-to-image', { ...SMALL, cfg_scale: 2, guidance_scale: 3 })).toEqual([
      'guidance_scale: cannot be given together with cfg_scale',
    ]);
  });
});

const STRUCTURED = {
  short_description: 'A lighthouse on a cliff above a stormy sea.',
  objects: [{ description: 'a white lighthouse', location: 'right of the centre', relationship: 'above the waves' }],
  background_setting: 'torn clouds',
  lighting: { conditions: 'golden hour', direction: 'side-lit from left' },
  aesthetics: { composition: 'rule of thirds', color_scheme: 'cool tones', mood_atmosphere: 'lonely' },
  photographic_characteristics: {
    ...{
      depth_of_field: 'deep',
      focus: 'on the lighthouse',
      camera_angle: 'low angle',
      lens_focal_length: 'wide-angle',
    },
  },
  context: 'a landscape photograph',
};

describe('a structured prompt', () => {
  it('is written out for the model, and its camera and light become parameters', async () => {
    const { status, run_id } = await made('text-to-image', {
      ...{ structured_prompt: STRUCTURED, width: 256, height: 256, use_cache: false },
    });
    expect(status).toBe('completed');
    const { parameters } = await suite.detail(run_id);
    expect(parameters.structured_prompt).toEqual(STRUCTURED);
    expect(parameters.prompt).toMatch(/^A lighthouse on a cliff above a stormy sea\. a white lighthouse, right/);
    expect(parameters).toMatchObject({
      ...{ camera_angle: 'low-angle', fov: 'wide', lighting: 'golden-hour', color_palette: 'cool' },
      composition: 'rule-of-thirds',
    });
  });

  it('is refused with the path of each mistake, and beside a prompt', async () => {
    const { lighting, ...rest } = STRUCTURED;
    const broken = { ...rest, lighting: { conditions: '', direction: 3 }, objects: [{}], mood: 'none' };
    expect(await issues('text-to-image', { structured_prompt: broken })).toEqual(
      expect.arrayContaining([
        'structured_prompt.mood: Unknown field: mood',
        'structured_prompt.lighting.conditions: must have 1 to 2000 characters',
        'structured_prompt.lighting.direction: direction must be a string',
        'structured_prompt.objects.0.location: Field required',
      ]),
    );
    expect(await issues('text-to-image', { prompt: 'both', structured_prompt: { ...rest, lighting } })).toEqual([
      'structured_prompt: cannot be given together with prompt',
    ]);
  });
});

describe('pictures that shape a job', () => {
  it('change what is made, and are recorded by their bytes', async () => {
    const id = await upload(await pictureOf('png', 64, 64));
    const plain = await made('text-to-image', { ...SMALL, seed: 5 });
    const guided = await made('text-to-image', {
      ...{ ...SMALL, seed: 5, guidance_images: [{ upload_id: id, weight: 1 }] },
    });
    const controlled = await made('text-to-image', {
      ...{ ...SMALL, seed: 5, controlnet: { type: 'canny', image: id, strength: 1.5 } },
    });
    const shas = [plain, guided, controlled].map(({ artifacts }) => artifacts[0]?.sha256);
    expect(new Set(shas).size).toBe(3);
    const { parameters } = await suite.detail(guided.run_id);
    expect(parameters.inputs).toMatchObject({ guidance_images: [{ id, weight: 1 }] });
    expect(await suite.detail(controlled.run_id)).toMatchObject({ cost_usd: 0.003, cost_estimate_usd: 0.003 });
  });

  it('are refused where the model lacks the capability, by name, and where they are not there', async () => {
    const id = await upload(await pictureOf('webp'), 'image/webp');
    const simulated = { ...SMALL, model: 'simulator/ok' };
    expect(await issues('text-to-image', { ...simulated, guidance_images: [{ upload_id: id }] })).toEqual([
      'guidance_images: The model ok lacks the capability guidance',
    ]);
    expect(await issues('text-to-image', { ...simulated, controlnet: { type: 'pose', image: id } })).toEqual([
      'controlnet: The model ok lacks the capability controlnet:pose',
    ]);
    const unused = await new UploadClient(suite).presign();
    const unknown = '01a1fbd0-0000-7000-8000-000000000000';
    const pictures = [{ upload_id: id }, { upload_id: unknown }, { upload_id: unused.upload_id }];
    const told = await issues('text-to-image', { ...SMALL, guidance_images: pictures });
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^guidance_images\.1\.upload_id: No upload has the id/);
    expect(told[1]).toMatch(/^guidance_images\.2\.upload_id: /);
    expect(await issues('text-to-image', { ...SMALL, user_id: 9, guidance_images: [{ upload_id: id }] })).toHaveLength(
      1,
    );
  });
});

describe('a video job', () => {
  const FILM = { ...SMALL, prompt: 'time-lapse of clouds over mountains', duration_seconds: 1, fps: 8, seed: 3 };

  it('makes an MP4 with a poster and a preview, the same bytes each time', async () => {
    const film = await made('text-to-video', FILM);
    expect(film).toMatchObject({
      status: 'completed',
      artifacts: [{ content_type: 'video/mp4', duration_seconds: 1 }],
    });
    const [artifact] = film.artifacts;
    const types = await Promise.all(
      [artifact?.url, artifact?.poster_url, artifact?.preview_url, artifact?.thumbnail_url].map(async (url) => {
        const { status, headers } = await suite.api.get(url ?? '');
        return `${String(status)} ${String(headers['content-type'])}`;
      }),
    );
    expect(types).toEqual(['200 video/mp4', '200 image/png', '200 image/webp', '200 image/webp']);
    const again = await made('text-to-video', FILM);
    expect(again.artifacts[0]?.sha256).toBe(artifact?.sha256);
    expect(await suite.detail(film.run_id)).toMatchObject({
      ...{ type: 'video', model: 'motion', cost_usd: 0.01, cost_estimate_usd: 0.01 },
      parameters: { duration_seconds: 1, fps: 8, motion: 'time-lapse' },
    });
  });

  it('sets an upload or an artifact in motion', async () => {
    const picture = await made('text-to-image', { ...SMALL, seed: 1 });
    const [artifact] = picture.artifacts;
    const id = await upload(await bytesOf(picture));
    const [fromArtifact, fromUpload, fromNothing] = [
      await made('image-to-video', { ...FILM, image: artifact?.id }),
      await made('image-to-video', { ...FILM, image: id }),
      await made('text-to-video', FILM),
    ];
    expect(fromArtifact.artifacts[0]?.sha256).toBe(fromUpload.artifacts[0]?.sha256);
    expect(fromArtifact.artifacts[0]?.sha256).not.toBe(fromNothing.artifacts[0]?.sha256);
  });

  it('is refused where no model can make it', async () => {
    expect(await issues('text-to-video', { ...FILM, model: 'studio' })).toEqual([
      'model: The model studio lacks the capability text-to-video',
    ]);
    expect(await issues('text-to-video', { ...FILM, provider: 'simulator' })).toEqual([
      'provider: Provider simulator has no model that makes videos',
    ]);
    const huge = { ...FILM, width: 2048, height: 2048, fps: 60, duration_seconds: 10 };
    expect((await issues('text-to-video', huge))[0]).toMatch(/^duration_seconds: A video has at most \d+ pixels/);
    expect(await issues('image-to-video', FILM)).toEqual(['image: Field required']);
    expect((await suite.api.post('/api/generate', { ...SMALL, model: 'builtin/motion' })).status).toBe(422);
  });
});

describe('an estimate', () => {
  const estimate = async (body: object): Promise<Record<string, unknown>> => {
    const { status, body: answer } = await suite.api.post('/api/cost/estimate', body);
    expect(status).toBe(200);
    return answer;
  };

  it.each([
    ['a small picture', 'text-to-image', SMALL],
    [
      'large variants',
      'text-to-image',
      { ...SMALL, width: 1280, height: 1024, num_variants: 2, model: 'builtin/proof' },
    ],
    ['a video', 'text-to-video', { ...SMALL, duration_seconds: 1.3, fps: 4 }],
  ])('is what the built-in provider then costs: %s', async (_, route, body) => {
    const { total_usd: total, breakdown } = await estimate(body);
    const items = breakdown as { usd: number }[];
    expect(items.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(Number(total), 6);
    const { run_id } = await made(route, body);
    expect((await suite.detail(run_id)).cost_usd).toBe(total);
  });

  it('is nothing for a result that is there', async () => {
    const body = { ...SMALL, prompt: 'five pears on a wooden table', use_cache: true, num_variants: 2 };
    expect(await estimate(body)).toMatchObject({ total_usd: 0.004, per_variant_usd: 0.002, cache_hit: false });
    await made('text-to-image', body);
    expect(await estimate(body)).toMatchObject({ total_usd: 0, per_variant_usd: 0, cache_hit: true });
    expect(await estimate({ ...body, use_cache: false })).toMatchObject({ total_usd: 0.004 });
  });

  it('is of the route that the fields, the model or the caller name', async () => {
    const film = await estimate({ prompt: SMALL.prompt, type: 'text-to-video' });
    expect(film).toMatchObject({ model: 'motion', total_usd: 0.03 });
    expect(await estimate({ prompt: SMALL.prompt, model: 'builtin/motion' })).toMatchObject({ total_usd: 0.03 });
    expect(await estimate({ ...SMALL, type: 'text-to-image' })).toMatchObject({ model: 'studio', total_usd: 0.002 });
    const { status, body } = await suite.api.post<{ detail: { msg: string }[] }>('/api/cost/estimate', {
      ...{ ...SMALL, duration_seconds: 2, camera_angle: 'low-angle' },
    });
    expect([status, body.detail.map(({ msg }) => msg)]).toEqual([422, ['A body of text-to-video has no camera_angle']]);
  });

  it('finds what a text-to-image job of one prompt left in the cache', async () => {
    const body = { prompt: 'six pears on a wooden table', width: 256, height: 256 };
    await made('text-to-image', body);
    expect(await estimate({ ...body, type: 'text-to-image' })).toMatchObject({ total_usd: 0, cache_hit: true });
    expect(await estimate(body)).toMatchObject({ cache_hit: false });
  });

  it('counts what shapes the picture, and records nothing', async () => {
    const runs = await suite.runs();
    const id = await upload(await pictureOf('png'));
    const shaped = { ...SMALL, guidance_images: [{ upload_id: id }, { upload_id: id }] };
    const estimated = await estimate({ ...shaped, controlnet: { type: 'depth', image: id } });
    expect(estimated).toMatchObject({ total_usd: 0.004, currency: 'USD', provider: 'builtin', model: 'studio' });
    expect(await suite.runs()).toBe(runs);
  });
});
