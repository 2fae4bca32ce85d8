import { BUILT_IN_PRESETS } from '../../src/presets/built-in-presets.data.js';
import type { AppliedPreset, Preset, PresetListAnswer } from '../../src/presets/presets-answer.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { DarkroomSuite } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;
beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const CONTENT = {
  name: 'Blue Hour',
  category: 'image',
  description: 'Half an hour after sunset.',
  prompt_template: '{prompt}, in the blue hour',
  negative_prompt: 'direct sun',
  parameters: { width: 512, height: 256, steps: 12, lighting: 'soft' },
};
const create = (id: string, change: object = {}, headers: Record<string, string> = {}): Promise<Answer<Preset>> =>
  suite.api.post<Preset>('/api/presets', { id, ...CONTENT, ...change }, headers);
const read = (path: string, headers: Record<string, string> = {}): Promise<Answer<Preset>> =>
  suite.api.get<Preset>(`/api/presets/${path}`, headers);
const change = (path: string, content: object, headers: Record<string, string> = {}): Promise<Answer<Preset>> =>
  suite.api.call<Preset>('PUT', `/api/presets/${path}`, { body: content, headers });
const remove = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  suite.api.call('DELETE', `/api/presets/${path}`, { headers });
const idsOf = async (query: string): Promise<string[]> =>
  (await suite.api.get<PresetListAnswer>(`/api/presets${query}`)).body.presets.map(({ id }) => id);

const BUILT_IN = BUILT_IN_PRESETS.map(({ id }) => id);

describe('GET /api/presets', () => {
  it('lists the eight built-in ones first, then the others by their ids', async () => {
    await create('zz_last');
    await create('aa_first', { category: 'video', parameters: { fps: 12 } });
    const { body } = await suite.api.get<PresetListAnswer>('/api/presets');
    const ids = body.presets.map(({ id }) => id);
    expect(ids.slice(0, 8)).toEqual(BUILT_IN);
    expect(ids.indexOf('zz_last')).toBeGreaterThan(ids.indexOf('aa_first'));
    expect(body.total).toBe(ids.length);
    expect(body.presets[0]).toEqual({
      ...BUILT_IN_PRESETS[0],
      ...{ built_in: true, owner: null, visibility: 'shared', created_at: null, updated_at: null },
      usage_url: '/api/presets/cinematic_portrait/usage',
    });
  });

  it('lists those of one category', async () => {
    const [images, videos] = await Promise.all([idsOf('?category=image'), idsOf('?category=video')]);
    expect(images.slice(0, 5)).toEqual(BUILT_IN.slice(0, 5));
    expect(videos.slice(0, 3)).toEqual(BUILT_IN.slice(5));
    expect(images.filter((id) => videos.includes(id))).toEqual([]);
    expect((await suite.api.get('/api/presets?category=audio')).body).toMatchObject({
      status: 422,
      detail: [{ loc: ['query', 'category'], msg: 'Invalid category: audio' }],
    });
  });
});

describe('POST /api/presets', () => {
  it('makes a preset that can be read at once', async () => {
    const { status, headers, body } = await create('read_at_once', { name: '  Blue Hour ' });
    expect([status, headers.location, headers.etag]).toEqual([201, '/api/presets/read_at_once', '"1"']);
    expect(body).toEqual({
      id: 'read_at_once',
      ...CONTENT,
      ...{ version: 1, built_in: false, owner: null, visibility: 'shared' },
      ...{ created_at: body.created_at, updated_at: body.created_at, usage_url: '/api/presets/read_at_once/usage' },
    });
    expect((await read('read_at_once')).body).toEqual(body);
  });

  it('refuses an id that is taken, also by a built-in one and also at the same time', async () => {
    for (const id of BUILT_IN) expect((await create(id)).body).toMatchObject({ status: 409, code: 'conflict' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => create('wanted_by_many')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(11).fill(409)]);
  });

  it('answers a repeat with the same key from the first time, and refuses the key with another body', async () => {
    const key = { 'idempotency-key': 'preset-1' };
    const { body: first } = await create('made_once', {}, key);
    const again = await create('made_once', {}, key);
    expect([again.status, again.headers['idempotent-replayed'], again.body]).toEqual([201, 'true', first]);
    expect((await create('made_once', { name: 'Other' }, key)).body).toMatchObject({
      status: 422,
      detail: [{ loc: ['header', 'idempotency-key'] }],
    });
    expect((await create('made_twice', {}, key)).status).toBe(422);
  });

  it('makes nothing at a repeat whose preset was deleted, and does not show whose the id is by now', async () => {
    const key = { 'idempotency-key': 'preset-2' };
    const gone = { status: 409, code: 'conflict' };
    await create('made_and_gone', {}, key);
    await remove('made_and_gone');
    expect((await create('made_and_gone', {}, key)).body).toMatchObject(gone);
    await create('made_and_gone', { owner: 9, visibility: 'private' });
    expect((await create('made_and_gone', {}, key)).body).toMatchObject(gone);
  });
});

describe('PUT /api/presets/{id}', () => {
  it('puts another content in place of the whole, as the next version', async () => {
    await create('to_be_changed', { owner: 4 });
    const { status, headers, body } = await change('to_be_changed', {
      ...{ name: 'Evening', category: 'video', prompt_template: 'evening: {prompt}', parameters: { fps: 12 } },
    });
    expect([status, headers.etag]).toEqual([200, '"2"']);
    expect(body).toMatchObject({
      ...{ version: 2, name: 'Evening', category: 'video', description: null, negative_prompt: null, owner: 4 },
      parameters: { fps: 12 },
    });
    expect(Object.keys(body.parameters)).toEqual(['fps']);
    expect((await read('to_be_changed')).body).toEqual(body);
  });

  it('is no new version where it says what is there', async () => {
    await create('same_again');
    expect((await change('same_again', CONTENT)).headers.etag).toBe('"1"');
  });

  it('goes through on the version that If-Match names, and on no other', async () => {
    await create('held_to_a_version');
    const first = { ...CONTENT, name: 'First' };
    expect((await change('held_to_a_version', first, { 'if-match': '"1"' })).headers.etag).toBe('"2"');
    for (const tag of ['"1"', 'W/"2"', '"3"'])
      expect((await change('held_to_a_version', CONTENT, { 'if-match': tag })).body).toMatchObject({ status: 412 });
    expect((await change('held_to_a_version', CONTENT, { 'if-match': 'two' })).status).toBe(400);
    expect((await remove('held_to_a_version', { 'if-match': '"1"' })).status).toBe(412);
    expect((await read('held_to_a_version')).body.name).toBe('First');
    expect((await change('held_to_a_version', CONTENT, { 'if-match': '*' })).status).toBe(200);
  });

  it('lets one of those win who saw the same version', async () => {
    await create('changed_by_many');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        change('changed_by_many', { ...CONTENT, name: `Name ${String(n)}` }, { 'if-match': '"1"' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
  });

  it('leaves built-in presets alone, and knows no preset that is not there', async () => {
    expect((await change('oil_painting', CONTENT)).body).toMatchObject({ status: 409, code: 'conflict' });
    expect((await remove('oil_painting', { 'if-match': '"7"' })).body).toMatchObject({ status: 409, code: 'conflict' });
    for (const id of ['not_there', 'Not-There', '%00', '..%2fid']) {
      expect((await change(id, CONTENT, { 'if-match': '"1"' })).body).toMatchObject({ status: 404, code: 'not_found' });
      expect((await remove(id)).status).toBe(404);
      expect((await read(id)).status).toBe(404);
    }
  });
});

describe('DELETE /api/presets/{id}', () => {
  it('takes a preset away, whose id is free again and whose versions go on', async () => {
    await create('comes_back');
    await change('comes_back', { ...CONTENT, name: 'Second' });
    const { status, bytes } = await remove('comes_back');
    expect([status, bytes.length]).toEqual([204, 0]);
    expect((await read('comes_back')).status).toBe(404);
    expect((await remove('comes_back')).status).toBe(404);
    expect(await idsOf('')).not.toContain('comes_back');
    const { body } = await create('comes_back', { name: 'Third' });
    expect(body).toMatchObject({ version: 4, name: 'Third' });
    expect((await read('comes_back')).body).toEqual(body);
  });
});

describe('GET /api/presets/{id}', () => {
  it('answers with the version as its strong tag, and 304 to who has it', async () => {
    await create('tagged');
    for (const [id, tag] of [
      ['tagged', '"1"'],
      ['time_lapse', '"1"'],
    ] as const) {
      expect((await read(id)).headers.etag).toBe(tag);
      const { status, bytes } = await read(id, { 'if-none-match': tag });
      expect([status, bytes.length]).toEqual([304, 0]);
    }
    await change('tagged', { ...CONTENT, name: 'Other' });
    expect((await read('tagged', { 'if-none-match': '"1"' })).status).toBe(200);
  });
});

describe('POST /api/presets/apply/{id}', () => {
  const apply = (path: string, body: object): Promise<Answer<AppliedPreset>> =>
    suite.api.post<AppliedPreset>(`/api/presets/apply/${path}`, body);

  it.each(BUILT_IN_PRESETS)('puts the prompt into the template of $id', async (preset) => {
    const { status, body } = await apply(preset.id, { user_prompt: ' a lighthouse  at dusk ' });
    expect([status, body]).toEqual([
      200,
      {
        enhanced_prompt: preset.prompt_template.replace('{prompt}', 'a lighthouse  at dusk'),
        negative_prompt: preset.negative_prompt,
        parameters: preset.parameters,
      },
    ]);
  });

  it('takes the words as they are, whatever they look like', async () => {
    await create('in_the_middle', { prompt_template: 'a print of {prompt} on wood', negative_prompt: undefined });
    for (const words of ['{prompt} {prompt}', '$& $1 $$', '#{7*7}']) {
      const { body } = await apply('in_the_middle', { user_prompt: words });
      expect(body).toMatchObject({ enhanced_prompt: `a print of ${words} on wood`, negative_prompt: null });
    }
  });

  it('refuses a prompt that no run would take, and an unknown preset', async () => {
    expect((await apply('oil_painting', { user_prompt: 'x' })).status).toBe(422);
    expect((await apply('oil_painting', {})).status).toBe(422);
    expect((await apply('not_there', { user_prompt: 'a lighthouse' })).status).toBe(404);
  });
});

describe('a private preset', () => {
  const secret = { owner: 7, visibility: 'private' };

  it('is not there for anybody but its owner', async () => {
    expect((await create('my_own', secret)).status).toBe(201);
    for (const other of ['', '?user_id=8']) {
      expect((await read(`my_own${other}`)).status).toBe(404);
      expect((await change(`my_own${other}`, CONTENT, { 'if-match': '"1"' })).status).toBe(404);
      expect((await remove(`my_own${other}`)).status).toBe(404);
      const words = { user_prompt: 'a lighthouse' };
      expect((await suite.api.post(`/api/presets/apply/my_own${other}`, words)).status).toBe(404);
      expect(await idsOf(other)).not.toContain('my_own');
    }
    expect(await idsOf('?user_id=7&category=image')).toContain('my_own');
    expect((await read('my_own?user_id=7')).body).toMatchObject(secret);
    expect((await create('my_own')).body).toMatchObject({ status: 409 });
  });

  it('is changed, shared and deleted by its owner', async () => {
    await create('soon_shared', secret);
    expect((await change('soon_shared?user_id=7', { ...CONTENT, name: 'Mine' })).body).toMatchObject({
      ...secret,
      version: 2,
    });
    await change('soon_shared?user_id=7', { ...CONTENT, visibility: 'shared' });
    expect((await read('soon_shared')).body.visibility).toBe('shared');
    expect((await change('soon_shared', { ...CONTENT, visibility: 'private' })).body).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect((await remove('soon_shared?user_id=7')).status).toBe(204);
  });
});

describe('a preset that is not right', () => {
  interface Issue {
    readonly loc: readonly string[];
    readonly msg: string;
  }
  const told = async (answer: Promise<Answer<unknown>>): Promise<string[]> => {
    const { status, body } = (await answer) as Answer<{ detail: readonly Issue[] }>;
    expect(status).toBe(422);
    return body.detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).sort();
  };

  it('is told everything at once', async () => {
    const wrong = {
      ...{ name: ' ', category: 'image', description: 7, prompt_template: 'without its place', colour: 'red' },
      negative_prompt: 'x'.repeat(2001),
      parameters: {
        ...{ width: 100, height: 1001, steps: 0, cfg_scale: 31, seed: -1, style: 'baroque', fps: 24, user_id: 1 },
        ...{ model: 'builtin/nobody', duration_seconds: 3 },
      },
      visibility: 'private',
    };
    expect(await told(suite.api.post('/api/presets', { id: 'No', ...wrong }))).toEqual([
      'colour: Unknown field: colour',
      'description: description must be a string',
      'id: must be 3 to 64 of a–z, 0–9 and _',
      'name: must have 1 to 100 characters',
      'negative_prompt: must have 0 to 2000 characters',
      'owner: A private preset needs an owner',
      expect.stringContaining('parameters.cfg_scale: '),
      'parameters.duration_seconds: A preset for images has no duration_seconds',
      'parameters.fps: A preset for images has no fps',
      expect.stringContaining('parameters.height: '),
      'parameters.model: Unknown model: builtin/nobody',
      expect.stringContaining('parameters.seed: '),
      expect.stringContaining('parameters.steps: '),
      'parameters.style: Invalid style: baroque',
      'parameters.user_id: Unknown field: user_id',
      expect.stringContaining('parameters.width: '),
      'prompt_template: must contain {prompt} exactly once',
    ]);
  });

  it.each([
    ['a template with two places', { prompt_template: '{prompt} and {prompt}' }, 'prompt_template'],
    ['a template that is too long', { prompt_template: `{prompt}${'x'.repeat(2000)}` }, 'prompt_template'],
    ['an empty id', { id: '' }, 'id'],
    ['an id of 65 letters', { id: 'x'.repeat(65) }, 'id'],
    ['no category', { category: undefined }, 'category'],
    ['a list for its parameters', { parameters: [] }, 'parameters'],
    ['no parameters', { parameters: undefined }, 'parameters'],
    ['frames in a picture', { parameters: { fps: 24 } }, 'parameters.fps'],
    ['a painter for a video', { category: 'video', parameters: { model: 'builtin/studio' } }, 'parameters.model'],
    ['an unknown provider', { parameters: { provider: 'nobody' } }, 'parameters.provider'],
    [
      'a film of 11 seconds',
      { category: 'video', parameters: { duration_seconds: 11 } },
      'parameters.duration_seconds',
    ],
    ['an owner that is no user', { owner: 0 }, 'owner'],
    ['no owner for what is private', { visibility: 'private' }, 'owner'],
    ['a visibility that there is not', { visibility: 'secret' }, 'visibility'],
  ])('is refused: %s', async (_, wrong, field) => {
    const [told1, ...others] = await told(create('never_made', wrong));
    expect([told1?.startsWith(`${field}:`), others]).toEqual([true, []]);
    expect((await read('never_made')).status).toBe(404);
  });

  it('is refused as a change, too', async () => {
    await create('stays_right');
    const wrong = { ...CONTENT, id: 'stays_right', owner: 3, prompt_template: 'x', parameters: { fps: 1, width: 1 } };
    expect(await told(change('stays_right', wrong))).toEqual([
      'id: Unknown field: id',
      'owner: Unknown field: owner',
      'parameters.fps: A preset for images has no fps',
      expect.stringContaining('parameters.width: '),
      expect.stringContaining('prompt_template: '),
    ]);
  });
});
