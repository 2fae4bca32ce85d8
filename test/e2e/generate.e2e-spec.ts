import { createHash } from 'node:crypto';
import type { Generation } from '../../src/generation/status/generation-answer.dto.js';
import type { ModelList } from '../../src/providers/models.dto.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SMALL = { width: 256, height: 256 };

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Width and height from the IHDR chunk of a PNG. */
const pngSize = (bytes: Buffer): { signature: string; width: number; height: number } => ({
  signature: bytes.subarray(1, 4).toString(),
  width: bytes.readUInt32BE(16),
  height: bytes.readUInt32BE(20),
});

const pictureOf = async ({ image_url: url }: Generation): Promise<Buffer> => {
  const { status, bytes } = await suite.api.get(url ?? '');
  expect(status).toBe(200);
  return bytes;
};

const madeBy = async (body: object): Promise<{ made: Generation; picture: Buffer }> => {
  const { status, body: made } = await suite.generate(body);
  expect(status).toBe(200);
  return { made, picture: await pictureOf(made) };
};

describe('POST /api/generate with the built-in renderer', () => {
  it('answers with the whole run, and its picture has the size that was asked for', async () => {
    const { made, picture } = await madeBy({ prompt: '  a lighthouse at dusk ', width: 320, height: 256, seed: 42 });
    expect(made).toMatchObject({ status: 'completed', mode: 'ai', seed: 42, width: 320, height: 256, retry_count: 0 });
    expect(made).toMatchObject({ provider: 'builtin', model: 'studio', cached: false, quality_score: 1, user_id: 1 });
    expect(made.parameters.prompt).toBe('a lighthouse at dusk');
    expect(made.run_id).toMatch(UUID);
    expect(Number.isSafeInteger(made.id)).toBe(true);
    expect(made.cost_usd).toBeGreaterThan(0);
    expect(made.generation_time).toBeGreaterThan(0);
    expect(pngSize(picture)).toEqual({ signature: 'PNG', width: 320, height: 256 });
  });

  it('appends the events, writes the row, leaves no job and stores bytes that match their checksum', async () => {
    const { made, picture } = await madeBy({ prompt: 'a lighthouse at dusk', ...SMALL, seed: 7 });
    expect(await suite.eventTypes(made.run_id)).toEqual(['Created', 'Started', 'ArtifactStored', 'Completed']);
    expect(await suite.row(made.run_id)).toMatchObject({ status: 'completed', version: 4, attempt: 1, seed: '7' });
    expect(await suite.jobs(made.run_id)).toEqual([]);
    const [artifact] = (await suite.detail(made.run_id)).artifacts;
    expect(artifact).toMatchObject({
      sha256: sha256(picture),
      bytes: picture.length,
      content_type: 'image/png',
      variant: 0,
    });
    expect(artifact?.url).toBe(made.image_url);
  });

  it('makes the same bytes of the same seed, and others of another seed or prompt', async () => {
    const order = { prompt: 'three pears on a table', ...SMALL, seed: 1 };
    const pictures = [];
    for (const body of [order, order, { ...order, seed: 2 }, { ...order, prompt: 'a harbour in fog' }])
      pictures.push(sha256((await madeBy(body)).picture));
    const [first, again, otherSeed, otherPrompt] = pictures;
    expect(again).toBe(first);
    expect(new Set([first, otherSeed, otherPrompt]).size).toBe(3);
  });

  it('makes the same bytes after a restart', async () => {
    const order = { prompt: 'three pears on a table', ...SMALL, seed: 1 };
    const before = sha256((await madeBy(order)).picture);
    await suite.restart();
    expect(sha256((await madeBy(order)).picture)).toBe(before);
  });

  it('draws a seed where none was given, and the run can be repeated from it', async () => {
    const { made, picture } = await madeBy({ prompt: 'a mountain lake', ...SMALL });
    expect(made.seed).toBeGreaterThanOrEqual(0);
    expect(sha256((await madeBy({ prompt: 'a mountain lake', ...SMALL, seed: made.seed })).picture)).toBe(
      sha256(picture),
    );
  });
});

describe('the modes', () => {
  it('fills in `ai` what was left out, with a reason for each, and keeps what was given', async () => {
    const { body } = await suite.generate({
      ...OK,
      prompt: 'a portrait of an old sailor, golden hour',
      style: 'commercial',
    });
    const { style, camera_angle, fov, lighting, color_palette, composition } = body.parameters;
    expect(style).toBe('commercial');
    const chosen = { camera_angle, fov, lighting, color_palette, composition };
    expect(Object.keys(body.reasoning).sort()).toEqual(Object.keys(chosen).sort());
    expect(Object.values(chosen)).not.toContain(null);
    expect(lighting).toBe('golden-hour');
    expect(body.quality_score).toBe(1);
  });

  it('takes in `manual` what was given and chooses nothing', async () => {
    const { body } = await suite.generate({ ...OK, mode: 'manual', lighting: 'soft' });
    expect(body).toMatchObject({ mode: 'manual', reasoning: {}, quality_score: 0.75 });
    expect(body.parameters).toMatchObject({ lighting: 'soft', style: null, fov: null, composition: null });
  });
});

describe('the ids and paths of a run', () => {
  it('answers the same for its number, its UUID, capital letters and a trailing slash', async () => {
    const { body: made } = await suite.generate(OK);
    const expected = await suite.detail(made.run_id);
    const id = String(made.id);
    for (const path of [id, `${id}/`, made.run_id.toUpperCase(), `${made.run_id}/`]) {
      expect((await suite.api.get(`/api/generate/${path}`)).body).toEqual(expected);
    }
    for (const path of [`/api/status/${id}`, `/api/status/${id}/`, `/api/status/${made.run_id}`]) {
      expect((await suite.api.get(path)).body).toMatchObject({ id: made.id, run_id: made.run_id });
    }
    expect((await suite.api.get(`/api/generate/${id}/events/`)).body).toMatchObject({ run_id: made.run_id });
  });

  it('takes a POST with a trailing slash', async () => {
    expect((await suite.api.post('/api/generate/', OK)).status).toBe(200);
  });
});

describe('GET /api/generate/{id}/events', () => {
  it('tells the whole life in order, and who and what caused each event', async () => {
    const { body: made } = await suite.generate(OK);
    const events = await suite.history(made.run_id);
    expect(events.map(({ type }) => type)).toEqual([
      'GenerationCreated',
      'GenerationStarted',
      'GenerationSubmitted',
      'GenerationArtifactStored',
      'GenerationCompleted',
    ]);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    const positions = events.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(events.map(({ metadata }) => metadata.actor.split(':')[0])).toEqual([
      'user',
      ...Array<string>(4).fill('worker'),
    ]);
    expect(events[0]?.data).toMatchObject({ prompt: OK.prompt, provider: 'simulator', model: 'ok', seed: made.seed });
  });

  it('keeps the correlation headers of the request, which the answer repeats', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { headers, body } = await suite.generate(OK, { 'x-request-id': 'order-7.a', traceparent });
    expect(headers).toMatchObject({ 'x-request-id': 'order-7.a' });
    expect(headers['traceparent']).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
    const events = await suite.history(body.run_id);
    expect(new Set(events.map(({ metadata }) => metadata.correlation_id))).toEqual(new Set([body.run_id]));
    expect(events[0]?.metadata).toMatchObject({
      request_id: 'order-7.a',
      traceparent,
      causation_id: 'order-7.a',
      actor: 'user:1',
    });
    for (const { metadata } of events) expect(metadata).toMatchObject({ request_id: 'order-7.a', traceparent });
  });
});

describe('what can be asked for', () => {
  it('lists every field of a request with its values, limits and defaults', async () => {
    const { body } = await suite.api.get<{ parameters: Record<string, Record<string, unknown>> }>(
      '/api/generate/parameters',
    );
    expect(body.parameters).toMatchObject({
      prompt: { required: true, min: 3, max: 2000 },
      mode: { values: ['ai', 'manual'], default: 'ai' },
      camera_angle: { values: ['eye-level', 'low-angle', 'high-angle', 'dutch-tilt', "bird's-eye"] },
      width: { min: 256, max: 2048, multiple_of: 8, default: 1024 },
      steps: { min: 1, max: 150, default: 30 },
      cfg_scale: { min: 1, max: 30, default: 7 },
      seed: { min: 0, max: 4294967295 },
      max_retries: { min: 0, max: 5, default: 3 },
    });
  });

  it('takes each value of each enum that it lists, and each limit', async () => {
    const { body } = await suite.api.get<{ parameters: Record<string, { values?: string[] }> }>(
      '/api/generate/parameters',
    );
    const enums = Object.entries(body.parameters).flatMap(([name, { values = [] }]) =>
      values.map((value) => ({ [name]: value })),
    );
    const limits = [
      { width: 256, height: 2048, steps: 150, cfg_scale: 30, seed: 2 ** 32 - 1, max_retries: 0 },
      { prompt: 'abc', width: 2048, height: 256, steps: 1, cfg_scale: 1, seed: 0, max_retries: 5 },
      { prompt: '🎨'.repeat(2000), negative_prompt: 'x'.repeat(2000), project_id: 1, user_id: 3 },
    ];
    for (const extra of [...enums, ...limits]) {
      const { status, body: made } = await suite.generate({ ...OK, ...extra });
      expect({ extra, status, made }).toMatchObject({ status: 200 });
    }
  });

  it('lists the models with their prices, and which provider is the default', async () => {
    const { body } = await suite.api.get<{ providers: { id: string; models: { id: string }[] }[] }>('/api/models');
    expect(body).toMatchObject({
      default: { provider: 'builtin', model: 'studio' },
      providers: [
        {
          id: 'builtin',
          configured: true,
          reason: null,
          models: [
            { id: 'studio', price: { unit: 'image' } },
            { id: 'proof', price: { unit: 'image' } },
            { id: 'motion', types: ['video'], price: { unit: 'second' } },
          ],
        },
        { id: 'simulator', configured: true, reason: null },
      ],
    });
    const ids = body.providers[1]?.models.map(({ id }) => id) ?? [];
    for (const id of ['ok', 'slow-5s', 'slow-30s', 'fail-moderated', 'timeout-then-ok', 'flaky-30'])
      expect(ids).toContain(id);
  });

  it('advertises for every model the sizes that a request may ask for', async () => {
    const { body } = await suite.api.get<ModelList>('/api/models');
    const sizes = body.providers.flatMap(({ models }) =>
      models.map(({ limits: { width, height } }) => [width, height]),
    );
    expect(sizes.length).toBeGreaterThan(20);
    for (const size of sizes)
      expect(size).toEqual([
        { min: 256, max: 2048 },
        { min: 256, max: 2048 },
      ]);
  });

  it.each([
    [{ provider: 'simulator', model: 'ok' }, 'simulator', 'ok'],
    [{ model: 'simulator/ok' }, 'simulator', 'ok'],
    [{ provider: 'simulator' }, 'simulator', 'ok'],
    [{ ...SMALL }, 'builtin', 'studio'],
  ])('reads %j as a model', async (named, provider, model) => {
    expect((await suite.generate({ prompt: 'a red car', ...named })).body).toMatchObject({ provider, model });
  });
});
