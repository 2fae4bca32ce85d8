import type { BatchAnswer } from '../../src/batches/batch.dto.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { upTo } from '../support/event-samples.js';

const ROUTE = '/api/generate/batch';

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const batches = async (): Promise<number> => {
  const { rows } = await suite.database.pool.query<{ batches: number }>('select count(*)::int as batches from batches');
  return rows[0]?.batches ?? 0;
};

describe('a batch that is not valid', () => {
  const refusal = async (body: unknown): Promise<Record<string, unknown>> => {
    const before = [await batches(), await suite.runs()];
    const { status, body: problem } = await suite.api.post(ROUTE, body);
    expect(status).toBe(422);
    expect([await batches(), await suite.runs()]).toEqual(before);
    return problem;
  };
  const locs = async (body: unknown): Promise<readonly unknown[]> =>
    ((await refusal(body))['detail'] as readonly { readonly loc: unknown }[]).map(({ loc }) => loc);

  it('makes nothing for one invalid request among valid ones, and says where it stands', async () => {
    expect(await refusal({ requests: [OK, OK, OK, { ...OK, prompt: 'x' }] })).toMatchObject({
      detail: [{ loc: ['body', 'requests', 3, 'prompt'], type: 'value_error' }],
    });
  });

  it('is told all invalid fields of all requests at once, unknown models too', async () => {
    const body = {
      requests: [{ ...OK, width: 1, colour: 'red' }, { ...OK, model: 'no/such' }, 7, {}],
      parallel: 'yes',
      repeat: 2,
    };
    expect(await locs(body)).toEqual(
      expect.arrayContaining([
        ['body', 'requests', 0, 'width'],
        ['body', 'requests', 0, 'colour'],
        ['body', 'requests', 1, 'model'],
        ['body', 'requests', 2],
        ['body', 'requests', 3, 'prompt'],
        ['body', 'parallel'],
        ['body', 'repeat'],
      ]),
    );
  });

  it('names each unknown model of an otherwise valid batch', async () => {
    const body = { requests: [{ ...OK, model: 'no/such' }, OK, { prompt: OK.prompt, provider: 'nobody' }] };
    expect(await locs(body)).toEqual([
      ['body', 'requests', 0, 'model'],
      ['body', 'requests', 2, 'provider'],
    ]);
  });

  it.each<readonly [string, unknown]>([
    ['no requests', {}],
    ['an empty list', { requests: [] }],
    ['more than fifty', { requests: upTo(51).map(() => OK) }],
    ['requests that are no list', { requests: OK }],
    ['null in place of the list', { requests: null }],
    ['null in the list', { requests: [null] }],
    ['a list in the list', { requests: [[OK]] }],
    ['a list as the body', [OK]],
    ['a batch in a batch', { requests: [{ requests: [OK] }] }],
    ['a name that every object has', '{"requests":[{"prompt":"a red car","__proto__":{"seed":1},"constructor":1}]}'],
    ['a NUL in a prompt', { requests: [{ ...OK, prompt: 'a red\0car' }] }],
    ['a flag that is null in a text', { requests: [OK], continue_on_error: 'null' }],
    ['one hundred thousand requests', { requests: Array.from({ length: 100_000 }, () => 1) }],
  ])('may have %s', async (_what, body) => {
    expect((await refusal(body))['code']).toBe('validation_error');
  });

  it('may be too large, also where fifty valid requests are not', async () => {
    const longest = '\u{1F600}'.repeat(2000);
    // As a client writes it that escapes whatever is not ASCII.
    const escaped = (body: object): string =>
      JSON.stringify(body).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
    const requests = upTo(50).map(() => ({ ...OK, prompt: longest, negative_prompt: longest }));
    const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
    for (const path of [ROUTE, `${ROUTE}/`, '/API/Generate/Batch']) {
      const { status, body } = await suite.api.call<BatchAnswer>('POST', path, {
        headers,
        body: escaped({ requests }),
      });
      expect([path, status]).toEqual([path, 202]);
      await suite.api.post(body.cancel_url);
    }
    const larger = escaped({ requests: [...requests, ...requests] });
    expect((await suite.api.call('POST', ROUTE, { headers, body: larger })).status).toBe(413);
    expect((await suite.api.call('POST', '/api/generate', { headers, body: escaped({ requests }) })).status).toBe(413);
  });
});
