import {
  CATEGORIES,
  CATEGORY,
  ENHANCE_REQUESTS,
  ENHANCED,
  MATCHES,
  RANDOM_PROMPTS,
} from '../../src/suggestions/suggestions-examples.data.js';
import type {
  CategorySuggestions,
  RandomPromptsDto,
  SuggestionCategories,
  SuggestionMatchDto,
} from '../../src/suggestions/suggestions.dto.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const matches = async (query: string, more = ''): Promise<readonly SuggestionMatchDto[]> => {
  const path = `/api/suggestions/autocomplete?query=${encodeURIComponent(query)}${more}`;
  const { status, body } = await suite.api.get<readonly SuggestionMatchDto[]>(path);
  if (status !== 200) throw new Error(`${String(status)} ${JSON.stringify(body)}`);
  return body;
};

const random = async (query: string): Promise<RandomPromptsDto['prompts']> =>
  (await suite.api.get<RandomPromptsDto>(`/api/suggestions/random${query}`)).body.prompts;

describe('GET /api/suggestions/autocomplete', () => {
  it('answers ?query=portrait&limit=3 with exactly one entry', async () => {
    const { status, body } = await suite.api.get('/api/suggestions/autocomplete?query=portrait&limit=3');
    expect([status, body]).toEqual([
      200,
      [{ text: 'portrait of a woman', category: 'subjects', description: 'Human portrait', match_type: 'prefix' }],
    ]);
  });

  it('answers the documented examples as they are documented', async () => {
    expect(await matches('portrait', '&limit=3')).toEqual(MATCHES.prefix);
    expect(await matches('cinematc', '&limit=2')).toEqual(MATCHES.fuzzy);
    expect(await matches('spooky')).toEqual(MATCHES.semantic);
  });

  it.each([
    ['portriat', 'portrait of a woman', 'fuzzy'],
    ['lansdscape', 'landscape with mountains', 'fuzzy'],
    ['cinematc', 'cinematic film still', 'fuzzy'],
    ['sunset glow', 'golden hour lighting', 'semantic'],
    ['spooky', 'mysterious ambiance', 'semantic'],
    ['lens', 'macro lens', 'word'],
  ])('leads from %s to %s', async (query, text, type) => {
    expect((await matches(query))[0]).toMatchObject({ text, match_type: type });
  });

  it('answers ten where no limit is given, and fifty at the most', async () => {
    expect(await matches('')).toHaveLength(10);
    expect(await matches('', '&limit=50')).toHaveLength(50);
    expect(await matches('qqqq')).toEqual([]);
  });

  it('answers with and without a trailing slash', async () => {
    const { body } = await suite.api.get('/api/suggestions/autocomplete/?query=portrait&limit=3');
    expect(body).toEqual(MATCHES.prefix);
  });

  it('puts a term in front that users accepted in a completed run, and not one of a run that failed', async () => {
    const before = await matches('w', '&limit=2');
    expect(before.map(({ text }) => text)).toEqual(['watercolor', 'wide angle lens']);
    await suite.generate({ ...OK, prompt: 'a fox, watercolor', model: 'simulator/fail-moderated' });
    const { body } = await suite.generate({ ...OK, prompt: 'a fox through a wide-angle lens' });
    expect(body.status).toBe('completed');
    const after = await eventually(
      () => matches('w', '&limit=2'),
      ([first]) => first?.text === 'wide angle lens',
      10_000,
    );
    expect(after.map(({ text }) => text)).toEqual(['wide angle lens', 'watercolor']);
    const { rows } = await suite.database.pool.query('select term, runs::int from suggestion_acceptances');
    expect(rows).toEqual([{ term: 'wide angle lens', runs: 1 }]);
  });

  it('remembers that over a restart, and counts a result that was in the cache already', async () => {
    await suite.restart();
    expect((await matches('w', '&limit=1'))[0]?.text).toBe('wide angle lens');
    const body = { ...OK, prompt: 'a fox, watercolor', use_cache: true };
    await suite.generate(body);
    expect((await suite.generate(body)).body.cached).toBe(true);
    await eventually(
      () => matches('w', '&limit=1'),
      ([first]) => first?.text === 'watercolor',
      10_000,
    );
  });

  it.each([
    ['', 'query', 'missing'],
    ['query=a&limit=0', 'limit', 'value_error'],
    ['query=a&limit=51', 'limit', 'value_error'],
    ['query=a&limit=2.5', 'limit', 'int_type'],
    ['query=a&limit=many', 'limit', 'number_parsing'],
    [`query=${'a'.repeat(201)}`, 'query', 'value_error'],
    ['query=a&query=b', 'query', 'value_error'],
    ['query=a%00', 'query', 'value_error'],
    ['query=a&q=b', 'q', 'extra_forbidden'],
  ])('refuses ?%s', async (query, field, type) => {
    const { status, body } = await suite.api.get(`/api/suggestions/autocomplete?${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'validation_error', detail: [{ loc: ['query', field], type }] });
  });
});

describe('GET /api/suggestions/categories', () => {
  it('counts 53 terms in seven categories', async () => {
    const { status, body } = await suite.api.get<SuggestionCategories>('/api/suggestions/categories');
    expect([status, body]).toEqual([200, CATEGORIES]);
    expect(body.categories.reduce((sum, { count }) => sum + count, 0)).toBe(53);
  });
});

describe('GET /api/suggestions/by-category/{name}', () => {
  it.each([
    ['subjects', 8, ['portrait of a woman', 'landscape with mountains', 'futuristic cityscape']],
    ['styles', 10, ['oil painting', 'watercolor', 'digital art', 'anime style', 'photorealistic']],
    ['lighting', 8, ['golden hour lighting', 'dramatic lighting', 'volumetric lighting', 'neon lights']],
    ['camera', 8, ['wide angle lens', 'macro lens', 'bokeh background', 'sharp focus']],
    ['quality', 7, ['8k uhd', 'highly detailed', 'masterpiece', 'professional']],
    ['mood', 6, ['peaceful atmosphere', 'dramatic mood', 'mysterious ambiance']],
    ['colors', 6, ['vibrant colors', 'muted tones', 'warm color palette']],
  ])('lists %s', async (name, count, texts) => {
    const { status, body } = await suite.api.get<CategorySuggestions>(`/api/suggestions/by-category/${name}`);
    expect([status, body.category, body.suggestions.length]).toEqual([200, name, count]);
    expect(body.suggestions.map(({ text }) => text)).toEqual(expect.arrayContaining(texts));
    for (const suggestion of body.suggestions) expect(Object.keys(suggestion)).toEqual(['text', 'description']);
  });

  it('answers the documented example as it is documented', async () => {
    expect((await suite.api.get('/api/suggestions/by-category/mood')).body).toEqual(CATEGORY);
  });

  it.each(['weather', 'Mood', '__proto__', 'constructor', '%00'])('knows no category %s', async (name) => {
    const { status, body } = await suite.api.get(`/api/suggestions/by-category/${name}`);
    expect([status, body['code']]).toEqual([404, 'not_found']);
  });
});

describe('POST /api/suggestions/enhance', () => {
  it('adds quality alone unless more is asked for', async () => {
    const { status, body } = await suite.api.post('/api/suggestions/enhance', { prompt: ' a cat ' });
    expect([status, body]).toEqual([
      200,
      {
        original: 'a cat',
        enhanced: 'a cat, highly detailed, professional quality',
        additions: ['highly detailed, professional quality'],
      },
    ]);
  });

  it.each(Object.keys(ENHANCED) as (keyof typeof ENHANCED)[])(
    'answers the documented example as it is documented: %s',
    async (name) => {
      const { body } = await suite.api.post('/api/suggestions/enhance', ENHANCE_REQUESTS[name].value);
      expect(body).toEqual(ENHANCED[name]);
    },
  );

  it('adds nothing to what it has answered', async () => {
    const wishes = { add_quality: true, add_style: true, add_lighting: true };
    const { body } = await suite.api.post('/api/suggestions/enhance', { prompt: 'a wolf at night', ...wishes });
    expect(body['additions']).toHaveLength(3);
    const again = await suite.api.post('/api/suggestions/enhance', { prompt: body['enhanced'], ...wishes });
    expect(again.body).toMatchObject({ enhanced: body['enhanced'], additions: [] });
  });

  it('answers a prompt that POST /api/generate takes, or says that it has become too long', async () => {
    const room = ', highly detailed, professional quality'.length;
    const fits = await suite.api.post('/api/suggestions/enhance', { prompt: '𝔵'.repeat(2000 - room) });
    expect(fits.status).toBe(200);
    const run = await suite.generate({ ...OK, prompt: fits.body['enhanced'] });
    expect(run.status).toBe(200);
    const { status, body } = await suite.api.post('/api/suggestions/enhance', { prompt: 'x'.repeat(2001 - room) });
    expect([status, body['detail']]).toEqual([
      422,
      [
        {
          loc: ['body', 'prompt'],
          msg: 'prompt would have 2001 characters with what is added, more than 2000',
          type: 'value_error',
        },
      ],
    ]);
  });

  it.each([
    [{}, 'prompt', 'missing'],
    [{ prompt: 'ab' }, 'prompt', 'value_error'],
    [{ prompt: 'x'.repeat(2001) }, 'prompt', 'value_error'],
    [{ prompt: 7 }, 'prompt', 'string_type'],
    [{ prompt: 'a cat', add_quality: 'yes' }, 'add_quality', 'bool_type'],
    [{ prompt: 'a cat', add_colors: true }, 'add_colors', 'extra_forbidden'],
  ])('refuses %j', async (sent, field, type) => {
    const { status, body } = await suite.api.post('/api/suggestions/enhance', sent);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'validation_error', detail: [{ loc: ['body', field], type }] });
  });
});

describe('GET /api/suggestions/random', () => {
  it('makes up five prompts of four components', async () => {
    const prompts = await random('');
    expect(prompts).toHaveLength(5);
    for (const { prompt, components } of prompts) {
      const { subject, style, lighting, quality } = components;
      expect(prompt).toBe([subject, style, lighting, quality].join(', '));
    }
  });

  it('answers the documented example as it is documented', async () => {
    expect(await random('?count=2&seed=7')).toEqual(RANDOM_PROMPTS.prompts);
  });

  it('is the same for the same seed, and another without one', async () => {
    expect(await random('?count=50&seed=0')).toEqual(await random('?count=50&seed=0'));
    expect(await random('?count=50&seed=4294967295')).not.toEqual(await random('?count=50&seed=0'));
    expect(await random('?count=50')).not.toEqual(await random('?count=50'));
  });

  it('never repeats a prompt within an answer, nor a subject in the next one', async () => {
    const prompts = await random('?count=50');
    expect(new Set(prompts.map(({ prompt }) => prompt)).size).toBe(50);
    const repeated = prompts.filter(
      ({ components }, place) => components.subject === prompts[place - 1]?.components.subject,
    );
    expect(repeated).toEqual([]);
  });

  it.each([
    ['count=0', 'count', 'value_error'],
    ['count=51', 'count', 'value_error'],
    ['count=two', 'count', 'number_parsing'],
    ['seed=-1', 'seed', 'value_error'],
    ['seed=4294967296', 'seed', 'value_error'],
    ['seed=1.5', 'seed', 'int_type'],
    ['size=3', 'size', 'extra_forbidden'],
  ])('refuses ?%s', async (query, field, type) => {
    const { status, body } = await suite.api.get(`/api/suggestions/random?${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'validation_error', detail: [{ loc: ['query', field], type }] });
  });
});
