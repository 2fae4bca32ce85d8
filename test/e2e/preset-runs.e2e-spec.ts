import { IMAGE_JOBS } from '../../src/generation/jobs/jobs-examples.data.js';
import { BUILT_IN_PRESETS } from '../../src/presets/built-in-presets.data.js';
import type { CacheLookupAnswer } from '../../src/generation/lookup/cache-lookup.dto.js';
import type { AcceptedJob, Generation, GenerationDetail } from '../../src/generation/status/generation-answer.dto.js';
import type { PresetUsage, Statistics } from '../../src/statistics/statistics.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;
beforeAll(async () => {
  suite = await DarkroomSuite.start();
  await suite.api.post('/api/presets', { id: 'dusk', ...DUSK });
  await suite.api.post('/api/presets', { id: 'my_dusk', ...DUSK, owner: 7, visibility: 'private' });
});
afterAll(() => suite.stop());

const DUSK = {
  name: 'Dusk',
  category: 'image',
  prompt_template: 'photo of {prompt} at dusk',
  negative_prompt: 'direct sun',
  parameters: { width: 512, height: 256, steps: 12, cfg_scale: 9, lighting: 'soft', seed: 11 },
};
/** Of the parameters of `DUSK` in the words of an answer. */
const APPLIED = { steps: 12, cfg_scale: 9, lighting: 'soft', negative_prompt: 'direct sun' };

const SMALL_FILM = { prompt: 'a harbour in the morning', width: 256, height: 256, use_cache: false };

/** A job of the route, when it has ended. */
const made = async (route: string, body: object): Promise<GenerationDetail> => {
  const { status, body: accepted } = await suite.api.post<AcceptedJob>(`/api/generate/${route}`, body);
  if (status !== 202) throw new Error(JSON.stringify(accepted));
  // A film is a hundred pictures, on a machine that may have other things to do.
  return eventually(
    () => suite.detail(accepted.run_id),
    ({ completed_at: completedAt }) => completedAt !== null,
    90_000,
  );
};
const issues = async (path: string, body: object): Promise<readonly string[]> => {
  const { status, body: refusal } = await suite.api.post<{ detail: { loc: string[]; msg: string }[] }>(path, body);
  expect(status).toBe(422);
  return refusal.detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`);
};
const bytesOf = async ({ image_url: url }: Generation): Promise<Buffer> => (await suite.api.get(url ?? '')).bytes;

const IMAGES = BUILT_IN_PRESETS.filter(({ category }) => category === 'image');
const VIDEOS = BUILT_IN_PRESETS.filter(({ category }) => category === 'video');
const MOTIONS: Readonly<Record<string, string>> = {
  ...{ cinematic_video: 'smooth', vlog_style: 'handheld', time_lapse: 'time-lapse' },
};

describe('a run with a built-in preset', () => {
  it.each(IMAGES)('is one of $id: its template, sizes, guidance and steps', async (preset) => {
    const { status, body } = await suite.generate({ ...OK, preset: preset.id, mode: 'manual' });
    const { width, height, ...others } = preset.parameters;
    expect([status, body]).toMatchObject([
      200,
      {
        ...{ status: 'completed', preset: preset.id, preset_version: 1, width, height },
        parameters: {
          ...others,
          prompt: OK.prompt,
          enhanced_prompt: preset.prompt_template.replace('{prompt}', OK.prompt),
          negative_prompt: preset.negative_prompt,
        },
      },
    ]);
    const [created] = await suite.history(body.run_id);
    expect(created?.data).toMatchObject({
      ...{ prompt: OK.prompt, preset: preset.id, preset_version: 1, prompt_template: preset.prompt_template },
    });
  });

  it.each(VIDEOS.map((preset) => [preset.id, MOTIONS[preset.id], preset] as const))(
    'is a film of %s: its length, its frames and its %s motion',
    async (id, motion, { parameters, negative_prompt }) => {
      const film = await made('text-to-video', { ...SMALL_FILM, preset: id });
      expect(film).toMatchObject({
        ...{ status: 'completed', type: 'video', preset: id, preset_version: 1 },
        parameters: { ...parameters, motion, negative_prompt },
        artifacts: [{ duration_seconds: parameters.duration_seconds, width: 256 }],
      });
    },
    120_000,
  );
});

describe('a picture that is set in motion with a preset', () => {
  it('moves as the preset says, unless the prompt says otherwise', async () => {
    const { body: still } = await suite.generate({ prompt: 'a harbour', width: 256, height: 256 });
    const [image = ''] = /[0-9a-f-]{36}/.exec(still.image_url ?? '') ?? [];
    const film = { ...SMALL_FILM, preset: 'time_lapse', image, duration_seconds: 1, fps: 10 };
    expect(await made('image-to-video', film)).toMatchObject({
      ...{ status: 'completed', preset: 'time_lapse' },
      parameters: { motion: 'time-lapse', duration_seconds: 1, fps: 10, prompt: SMALL_FILM.prompt },
    });
    const shaky = { ...film, prompt: 'a handheld shot of a harbour' };
    expect((await made('image-to-video', shaky)).parameters.motion).toBe('handheld');
  }, 120_000);
});

describe('a run with a preset', () => {
  it('is made as if the caller had asked for all of it', async () => {
    const { body: run } = await suite.generate({ prompt: 'a lighthouse', preset: 'dusk', mode: 'manual' });
    const { body: plain } = await suite.generate({
      ...{ prompt: 'photo of a lighthouse at dusk', mode: 'manual', negative_prompt: 'direct sun' },
      ...DUSK.parameters,
    });
    expect(run).toMatchObject({ preset: 'dusk', parameters: { prompt: 'a lighthouse', ...APPLIED } });
    expect((await bytesOf(run)).equals(await bytesOf(plain))).toBe(true);
  });

  it('has what the caller says in place of what the preset says', async () => {
    const own = { width: 256, height: 512, steps: 3, cfg_scale: 2, lighting: 'hard', seed: 5, negative_prompt: 'fog' };
    const { body } = await suite.generate({ ...OK, preset: 'dusk', mode: 'manual', ...own });
    const { width, height, seed, ...parameters } = own;
    expect(body).toMatchObject({ width, height, seed, parameters });
    const { body: without } = await suite.generate({ ...OK, preset: 'dusk', mode: 'manual', negative_prompt: '' });
    expect(without.parameters).toMatchObject({ ...APPLIED, negative_prompt: null });
  });

  it('is directed by the words of the prompt first, then by those of the preset, and says so', async () => {
    const body = { ...OK, prompt: 'an old sailor, soft light', preset: 'cinematic_portrait' };
    const { body: run } = await suite.generate(body);
    expect(run.parameters).toMatchObject({ lighting: 'soft', style: 'cinematic' });
    expect(run.reasoning['lighting']).toContain('soft light');
    expect(run.reasoning['style']).toBe('The preset cinematic_portrait asks for it.');
  });

  it('can be a job with variants, and have guidance_scale for cfg_scale', async () => {
    const job = { ...OK, preset: 'dusk', num_variants: 2 };
    const run = await made('text-to-image', job);
    expect(run).toMatchObject({
      ...{ preset: 'dusk', width: 512, seed: 11, parameters: { ...APPLIED, num_variants: 2 } },
      artifacts: [{ seed: 11 }, { seed: 12 }],
    });
    expect((await made('text-to-image', { ...job, guidance_scale: 4 })).parameters.cfg_scale).toBe(4);
  });

  it('takes the words of a structured prompt into the template', async () => {
    const { structured_prompt } = IMAGE_JOBS.structured.value;
    const body = { structured_prompt, preset: 'dusk', model: 'simulator/ok' };
    const { parameters } = await made('text-to-image', body);
    expect(parameters.prompt).toContain(structured_prompt.short_description);
    expect(parameters.enhanced_prompt).toBe(`photo of ${parameters.prompt} at dusk`);
  });

  it('can be an item of a batch', async () => {
    const { body } = await suite.api.post<{ results: Generation[] }>('/api/generate/batch', {
      requests: [{ ...OK, preset: 'dusk' }, OK],
    });
    expect(body.results.map(({ preset, width }) => [preset, width])).toEqual([
      ['dusk', 512],
      [null, 1024],
    ]);
  });

  it('is found by it in the history', async () => {
    const { body: run } = await suite.generate({ ...OK, preset: 'concept_art' });
    const { body } = await suite.api.get<{ results: Generation[] }>('/api/generate/history?preset=concept_art');
    expect(body.results[0]?.run_id).toBe(run.run_id);
  });
});

describe('a preset that cannot be used', () => {
  it('is told by the field, together with an unknown model', async () => {
    expect(await issues('/api/generate', { ...OK, preset: 'not_there' })).toEqual([
      'preset: Unknown preset: not_there',
    ]);
    expect(await issues('/api/generate', { ...OK, preset: 'not_there', model: 'nobody' })).toEqual([
      'model: Unknown model: nobody',
      'preset: Unknown preset: not_there',
    ]);
    expect(await issues('/api/generate', { ...OK, preset: 'Not There', width: 1 })).toHaveLength(2);
    expect(
      await issues('/api/generate/batch', {
        requests: [OK, { ...OK, preset: 'not_there' }, { ...OK, preset: 'gone' }],
      }),
    ).toEqual(['requests.1.preset: Unknown preset: not_there', 'requests.2.preset: Unknown preset: gone']);
  });

  it('is for the other kind of result', async () => {
    const forVideos = 'preset: The preset time_lapse is for videos, and this run makes images';
    expect(await issues('/api/generate', { ...OK, preset: 'time_lapse' })).toEqual([forVideos]);
    expect(await issues('/api/generate/text-to-image', { ...OK, preset: 'time_lapse' })).toEqual([forVideos]);
    expect(await issues('/api/generate/text-to-video', { ...SMALL_FILM, preset: 'dusk' })).toEqual([
      'preset: The preset dusk is for images, and this run makes videos',
    ]);
  });

  it('is another user’s alone', async () => {
    for (const user of [{}, { user_id: 8 }])
      expect(await issues('/api/generate', { ...OK, ...user, preset: 'my_dusk' })).toEqual([
        'preset: Unknown preset: my_dusk',
      ]);
    const { body } = await suite.generate({ ...OK, user_id: 7, preset: 'my_dusk' });
    expect(body).toMatchObject({ preset: 'my_dusk', width: 512 });
  });
});

describe('a preset that is changed', () => {
  const CHANGING = { ...DUSK, parameters: { ...DUSK.parameters, seed: undefined } };

  it('is another one for the cache, while runs keep the version that they were made with', async () => {
    await suite.api.post('/api/presets', { id: 'changing', ...CHANGING });
    const body = { ...OK, prompt: 'a tower in the fog', preset: 'changing', use_cache: true };
    const { body: first } = await suite.generate(body);
    expect((await suite.generate(body)).body).toMatchObject({ cached: true, preset_version: 1 });
    const lookUp = (): Promise<Answer<CacheLookupAnswer>> =>
      suite.api.post<CacheLookupAnswer>('/api/cache/lookup', {
        prompt: body.prompt,
        preset: 'changing',
        model: OK.model,
      });
    expect((await lookUp()).body).toMatchObject({ hit: true, run_id: first.run_id });
    await suite.api.call('PUT', '/api/presets/changing', {
      body: { ...CHANGING, prompt_template: '{prompt} at dawn' },
    });
    expect((await lookUp()).body.hit).toBe(false);
    const { body: second } = await suite.generate(body);
    expect(second).toMatchObject({
      ...{ cached: false, preset_version: 2, parameters: { enhanced_prompt: 'a tower in the fog at dawn' } },
    });
    expect(await suite.detail(first.run_id)).toMatchObject({
      ...{ preset_version: 1, parameters: { enhanced_prompt: 'photo of a tower in the fog at dusk' } },
    });
  });

  it('leaves a run that it made what it was when it is gone, to be refined and asked for again', async () => {
    await suite.api.post('/api/presets', { id: 'soon_gone', ...CHANGING });
    const { body: run } = await suite.generate({ ...OK, preset: 'soon_gone' });
    const failing = await suite.begin({ ...OK, model: 'simulator/fail-moderated', preset: 'soon_gone' });
    await suite.ended(failing.run_id);
    await suite.api.call('DELETE', '/api/presets/soon_gone');
    const { body: child } = await suite.api.post<Generation>(`/api/generate/${run.run_id}/refine`, {
      instruction: 'in the snow',
    });
    expect(child).toMatchObject({
      ...{ status: 'completed', preset: 'soon_gone', preset_version: 1, width: 512 },
      parameters: { enhanced_prompt: `photo of ${OK.prompt}, in the snow at dusk` },
    });
    expect((await suite.api.post(`/api/generate/${failing.run_id}/retry`)).status).toBe(202);
    expect(await issues('/api/generate', { ...OK, preset: 'soon_gone' })).toEqual([
      'preset: Unknown preset: soon_gone',
    ]);
  });
});

describe('a refinement', () => {
  it('can name another preset, which decides in place of the parent and leaves the seed', async () => {
    const { body: parent } = await suite.generate({ ...OK, seed: 3, preset: 'oil_painting' });
    const { body: child } = await suite.api.post<Generation>(`/api/generate/${parent.run_id}/refine`, {
      ...{ instruction: 'seen from above', preset: 'dusk', height: 512 },
    });
    expect(child).toMatchObject({
      ...{ preset: 'dusk', preset_version: 1, seed: 3, width: 512, height: 512, model: 'ok' },
      parameters: { ...APPLIED, enhanced_prompt: `photo of ${OK.prompt}, seen from above at dusk` },
    });
    expect(
      await issues(`/api/generate/${parent.run_id}/refine`, { instruction: 'closer', preset: 'time_lapse' }),
    ).toEqual(['preset: The preset time_lapse is for videos, and this run makes images']);
  });
});

describe('an estimate', () => {
  it('counts what the preset decides, for the kind of result that it is for', async () => {
    const estimate = async (body: object): Promise<Record<string, unknown>> =>
      (await suite.api.post('/api/cost/estimate', body)).body;
    const film = { prompt: SMALL_FILM.prompt, width: 256, height: 256 };
    expect(await estimate({ ...film, preset: 'cinematic_video' })).toEqual(
      await estimate({ ...film, type: 'text-to-video', duration_seconds: 5, fps: 24 }),
    );
    expect(await issues('/api/cost/estimate', { ...film, type: 'generate', preset: 'cinematic_video' })).toEqual([
      'preset: The preset cinematic_video is for videos, and this run makes images',
    ]);
  });
});

describe('the usage of a preset', () => {
  const usage = async (id: string, query = ''): Promise<Answer<PresetUsage>> =>
    suite.api.get<PresetUsage>(`/api/presets/${id}/usage${query}`);

  it('counts its runs, what became of them, and how long they took', async () => {
    await suite.api.post('/api/presets', { id: 'counted', ...DUSK });
    const none = { runs: 0, completed: 0, failed: 0, success_rate: 0, average_generation_time: null };
    expect((await usage('counted')).body).toEqual(none);
    const body = { ...OK, preset: 'counted', user_id: 55, project_id: 5 };
    const { body: first } = await suite.generate(body);
    await suite.api.call('PUT', '/api/presets/counted', { body: { ...DUSK, name: 'Later' } });
    const { body: second } = await suite.generate({ ...body, user_id: 56 });
    await suite.generate({ ...body, model: 'simulator/fail-moderated' });
    const expected = { runs: 3, completed: 2, failed: 1, success_rate: 66.67 };
    const { average_generation_time: average, ...counts } = (await usage('counted')).body;
    expect(counts).toEqual(expected);
    const mean = ((first.generation_time ?? 0) + (second.generation_time ?? 0)) / 2;
    expect(average).toBeCloseTo(mean, 3);
    const of = async (query: string): Promise<Statistics> =>
      (await suite.api.get<Statistics>(`/api/generate/statistics?${query}`)).body;
    expect((await of('project_id=5')).preset_usage).toEqual({
      counted: { ...expected, average_generation_time: average },
    });
    expect(await of('user_id=55')).toMatchObject({
      preset_breakdown: { counted: 2 },
      preset_usage: { counted: { runs: 2, completed: 1, failed: 1, success_rate: 50 } },
    });
  });

  it('counts a run once that failed, was asked for again and failed again', async () => {
    await suite.api.post('/api/presets', { id: 'asked_again', ...DUSK });
    const failing = await suite.begin({ ...OK, model: 'simulator/fail-moderated', preset: 'asked_again' });
    await suite.ended(failing.run_id);
    expect((await usage('asked_again')).body).toMatchObject({ runs: 1, failed: 1 });
    await suite.api.post(`/api/generate/${failing.run_id}/retry`);
    await suite.status(failing.run_id, ({ status, retry_count }) => status === 'failed' && retry_count === 1);
    expect((await usage('asked_again')).body).toMatchObject({ runs: 1, completed: 0, failed: 1 });
  });

  it('is there for built-in presets, and for nobody but the owner of a private one', async () => {
    const { body: before } = await usage('oil_painting');
    await suite.generate({ ...OK, preset: 'oil_painting' });
    expect((await usage('oil_painting')).body.runs).toBe(before.runs + 1);
    expect((await usage('my_dusk')).status).toBe(404);
    expect((await usage('my_dusk', '?user_id=7')).status).toBe(200);
    expect((await usage('not_there')).status).toBe(404);
  });
});
