import type { HistoryPage } from '../../src/generation/history/history.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

type Page = HistoryPage & Record<string, unknown>;

const list = (query: string): Promise<Answer<Page>> => suite.api.get<Page>(`/api/generate/history${query}`);
const idsOf = ({ body }: Answer<Page>): number[] => body.results.map(({ id }) => id);
const nextOf = ({ headers }: Answer<Page>): string | null => {
  const path = /^<\/api\/generate\/history(\?[^>]+)>; rel="next"$/.exec(String(headers['link'] ?? ''))?.[1];
  return path ?? null;
};

/** Each test asks about a user of its own. */
let lastUser = 100;
const newUser = (): number => (lastUser += 1);

const make = async (count: number, body: object): Promise<number[]> => {
  const made = await Promise.all(Array.from({ length: count }, () => suite.generate({ ...OK, ...body })));
  return made.map(({ body: { id } }) => id).sort((a, b) => b - a);
};

describe('GET /api/generate/history', () => {
  it('shows a run as soon as its answer came, with what it made', async () => {
    const user_id = newUser();
    const { body: made } = await suite.generate({ ...OK, user_id, project_id: 7, mode: 'manual' });
    const { status, body, headers } = await list(`?user_id=${String(user_id)}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'x-total-relation': 'eq' });
    expect(headers['link']).toBeUndefined();
    expect(body).toEqual({
      total: 1,
      total_relation: 'eq',
      limit: 50,
      offset: 0,
      next_cursor: null,
      results: [
        {
          id: made.id,
          run_id: made.run_id,
          prompt: OK.prompt,
          mode: 'manual',
          type: 'image',
          status: 'completed',
          result_url: made.image_url,
          quality_score: made.quality_score,
          generation_time: made.generation_time,
          retry_count: 0,
          cached: false,
          created_at: made.created_at,
          completed_at: made.completed_at,
        },
      ],
    });
    expect((await suite.api.get(made.image_url ?? '')).status).toBe(200);
  });

  it('answers with a slash at the end too', async () => {
    expect((await suite.api.get('/api/generate/history/')).status).toBe(200);
  });

  it('shows a run that was only accepted, and moves it with its status', async () => {
    const user_id = newUser();
    const { id, run_id: runId } = await suite.begin({ ...OK, model: 'simulator/slow-30s', user_id });
    const having = async (status: string): Promise<number[]> =>
      idsOf(await list(`?user_id=${String(user_id)}&status=${status}`));
    await suite.status(runId, ({ status }) => status === 'processing');
    expect([await having('pending'), await having('processing'), await having('cancelled')]).toEqual([[], [id], []]);
    await suite.api.post(`/api/generate/${runId}/cancel`);
    expect([await having('processing'), await having('cancelled')]).toEqual([[], [id]]);
  });

  it('takes a failed run that is asked for again out of the failures', async () => {
    const user_id = newUser();
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/moderated-then-ok', user_id });
    await suite.ended(runId);
    const failures = async (): Promise<number> => (await list(`?user_id=${String(user_id)}&status=failed`)).body.total;
    expect(await failures()).toBe(1);
    await suite.api.post(`/api/generate/${runId}/retry`);
    await suite.ended(runId);
    expect(await failures()).toBe(0);
  });

  it('takes every filter, alone and together', async () => {
    const user_id = newUser();
    const [first] = await make(1, { user_id, project_id: 1, prompt: 'A Café at 100% humidity' });
    const [second] = await make(1, { user_id, project_id: 2, prompt: 'a cafe_terrace' });
    const failing = await suite.begin({ ...OK, model: 'simulator/fail-moderated', user_id, project_id: 2 });
    await suite.ended(failing.run_id);
    const { body: all } = await list(`?user_id=${String(user_id)}`);
    const createdAt = (id: number | undefined): string =>
      all.results.find((entry) => entry.id === id)?.created_at ?? '';
    const expectations: readonly (readonly [string, readonly (number | undefined)[]])[] = [
      ['', [failing.id, second, first]],
      ['&project_id=2', [failing.id, second]],
      ['&status=completed', [second, first]],
      ['&type=image', [failing.id, second, first]],
      ['&type=video', []],
      ['&provider=simulator', [failing.id, second, first]],
      ['&provider=builtin', []],
      ['&model=fail-moderated', [failing.id]],
      ['&preset=anime_style', []],
      ['&q=CAF%C3%89', [first]],
      ['&q=cafe%CC%81%20AT', [first]],
      ['&q=100%25', [first]],
      ['&q=%25', [first]],
      ['&q=_', [second]],
      ['&q=cafe_t', [second]],
      [`&from=${createdAt(second)}`, [failing.id, second]],
      [`&to=${createdAt(second)}`, [second, first]],
      [`&from=${createdAt(second)}&to=${createdAt(second)}`, [second]],
      [`&to=${createdAt(second).slice(0, 10)}`, [failing.id, second, first]],
      ['&from=2020-01-01&to=2020-12-31', []],
      ['&status=completed&project_id=2&q=cafe&model=ok', [second]],
    ];
    for (const [query, ids] of expectations) {
      const answer = await list(`?user_id=${String(user_id)}${query}`);
      expect([query, idsOf(answer), answer.body.total]).toEqual([query, ids, ids.length]);
    }
  });

  it('leads through all pages by cursor, none repeated and none left out, while runs are added', async () => {
    const user_id = newUser();
    const wanted = await make(23, { user_id });
    const found: number[] = [];
    let added: Promise<unknown> = Promise.resolve();
    for (let query: string | null = `?user_id=${String(user_id)}&status=completed&limit=5`; query !== null;) {
      const answer = await list(query);
      found.push(...idsOf(answer));
      expect(answer.body.next_cursor === null).toBe(nextOf(answer) === null);
      query = nextOf(answer);
      if (query !== null) {
        expect(query).toContain(`user_id=${String(user_id)}&status=completed&limit=5`);
        expect(query).toContain(`cursor=${String(answer.body.next_cursor)}`);
      }
      await added;
      added = make(3, { user_id });
    }
    await added;
    expect(found).toEqual(wanted);
  });

  it('passes over as many runs as it is told to, and leads on by cursor from there', async () => {
    const user_id = newUser();
    const wanted = await make(7, { user_id });
    const answer = await list(`?user_id=${String(user_id)}&offset=2&limit=3`);
    expect(answer.body).toMatchObject({ total: 7, limit: 3, offset: 2 });
    expect(idsOf(answer)).toEqual(wanted.slice(2, 5));
    expect(nextOf(answer)).not.toContain('offset');
    expect(idsOf(await list(nextOf(answer) ?? ''))).toEqual(wanted.slice(5));
    expect(idsOf(await list(`?user_id=${String(user_id)}&offset=100`))).toEqual([]);
  });

  it('shows the same after a restart', async () => {
    const user_id = newUser();
    await make(3, { user_id });
    const before = await list(`?user_id=${String(user_id)}`);
    await suite.restart();
    expect((await list(`?user_id=${String(user_id)}`)).body).toEqual(before.body);
  });

  it.each([
    ['limit=0', 'limit', 'value_error'],
    ['limit=201', 'limit', 'value_error'],
    ['limit=ten', 'limit', 'number_parsing'],
    ['limit=1.5', 'limit', 'int_type'],
    ['offset=-1', 'offset', 'value_error'],
    ['user_id=0', 'user_id', 'value_error'],
    ['project_id=2147483648', 'project_id', 'value_error'],
    ['status=done', 'status', 'value_error'],
    ['type=song', 'type', 'value_error'],
    ['provider=', 'provider', 'value_error'],
    ['q=', 'q', 'value_error'],
    [`q=${'x'.repeat(501)}`, 'q', 'value_error'],
    ['q=%00', 'q', 'value_error'],
    ['from=yesterday', 'from', 'datetime_parsing'],
    ['to=2026-02-30', 'to', 'datetime_parsing'],
    ['from=2026-02-02&to=2026-02-01', 'to', 'value_error'],
    ['cursor=nonsense', 'cursor', 'value_error'],
    ['cursor=', 'cursor', 'value_error'],
    ['cursor=MQ&offset=0', 'offset', 'value_error'],
    ['page=2', 'page', 'extra_forbidden'],
    ['limit=1&limit=2', 'limit', 'value_error'],
  ])('refuses ?%s', async (query, field, type) => {
    const { status, body } = await list(`?${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'validation_error', detail: [{ loc: ['query', field], type }] });
  });

  it('names all that is wrong at once', async () => {
    const path = '/api/generate/history?limit=0&status=done&q=&colour=red';
    const { body } = await suite.api.get<{ detail: readonly { loc: string[] }[] }>(path);
    expect(body.detail.map(({ loc }) => loc[1]).sort()).toEqual(['colour', 'limit', 'q', 'status']);
  });
});
