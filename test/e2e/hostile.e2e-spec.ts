import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { ATTACKS, EVERYTHING_WRONG, ROUTE } from '../support/attacks.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { EventSourceReader } from '../support/event-source.js';

let suite: DarkroomSuite;
let rssBefore: number;

/** Resident set in megabytes. */
const rss = (): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(suite.process.pid)}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
};

beforeAll(async () => {
  suite = await DarkroomSuite.start();
  for (let each = 0; each < 20; each += 1) await suite.generate(OK);
  rssBefore = rss();
});
afterAll(() => suite.stop());

describe('hostile requests', () => {
  it('are many', () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(140);
    expect(new Set(ATTACKS.map(([what]) => what)).size).toBe(ATTACKS.length);
  });

  it.each(ATTACKS)('%s: %i %s', async (_what, status, code, send) => {
    const answer = await send(suite.api);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { code, status } });
    const { detail } = answer.body;
    expect(Array.isArray(detail)).toBe(status === 422);
    for (const issue of Array.isArray(detail) ? (detail as Record<string, unknown>[]) : [])
      expect(issue).toMatchObject({
        loc: expect.any(Array) as unknown[],
        msg: expect.any(String) as string,
        type: expect.any(String) as string,
      });
    expect(Object.keys(answer.body)).toEqual(
      expect.arrayContaining(['detail', 'type', 'title', 'status', 'code', 'retryable', 'trace_id']),
    );
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers).toMatchObject({ 'x-error-code': code, 'x-error-retryable': 'false' });
    expect(answer.headers['vary']).toContain('Accept');
    expect(answer.bytes.length).toBeLessThan(20_000);
  });
});

describe('everything that is wrong', () => {
  interface Issue {
    readonly loc: readonly string[];
    readonly msg: string;
    readonly type: string;
  }
  const told = async (path: string, body: object): Promise<string[]> => {
    const answer = await suite.api.post<{ detail: readonly Issue[] }>(path, body);
    expect(answer.status).toBe(422);
    return answer.body.detail.map(({ loc, msg, type }) => `${loc.join('.')}: ${msg} (${type})`).sort();
  };

  it('is told at once, with the parts of the request that nobody declared', async () => {
    expect(await told(`${ROUTE}?dry_run=true`, EVERYTHING_WRONG)).toEqual([
      'body.camera_angle: Invalid camera_angle: oblique (value_error)',
      'body.cfg_scale: cfg_scale must be a number (float_type)',
      'body.color_palette: Invalid color_palette: [] (value_error)',
      'body.colour: The text contains half of a surrogate pair (value_error)',
      'body.composition: Invalid composition:  (value_error)',
      'body.fov: Invalid fov: 1 (value_error)',
      'body.half \ufffd: The name of the field contains half of a surrogate pair (value_error)',
      'body.height: must be a multiple of 8 (value_error)',
      'body.lighting: Invalid lighting: SOFT (value_error)',
      'body.max_retries: max_retries must not be greater than 5 (value_error)',
      'body.mode: Invalid mode: {} (value_error)',
      'body.model: Unknown model: simulator/nothing (value_error)',
      'body.negative_prompt: negative_prompt must be a string (string_type)',
      'body.project_id: project_id must not be less than 1 (value_error)',
      'body.prompt: The text contains the character U+0000 (value_error)',
      'body.seed: seed must be a whole number (int_type)',
      'body.steps: steps must not be less than 1 (value_error)',
      'body.style: Invalid style: toString (value_error)',
      'body.use_cache: use_cache must be true or false (bool_type)',
      'body.user_id: user_id must not be less than 1 (value_error)',
      'body.width: width must be a whole number (int_type)',
      'query.dry_run: Unknown field: dry_run (extra_forbidden)',
    ]);
  });

  it.each<[object, string]>([
    [{ model: 'nope' }, 'body.model: Unknown model: nope (value_error)'],
    [{ provider: 'nobody' }, 'body.provider: Unknown provider: nobody (value_error)'],
    [{ provider: 5, model: 'nope' }, 'body.provider: provider must be a string (string_type)'],
  ])('is told of %j too, where another field is invalid', async (named, issue) => {
    const prompt = 'body.prompt: must have 3 to 2000 characters (value_error)';
    expect(await told(ROUTE, { prompt: 'ab', ...named })).toEqual([prompt, issue].sort());
  });
});

describe('odd requests that are right all the same', () => {
  it.each<readonly [string, number, string | Buffer, OutgoingHttpHeaders]>([
    ['negative zero for a seed', 200, '{"prompt":"a red car","model":"simulator/ok","seed":-0}', {}],
    ['a seed with an exponent', 200, '{"prompt":"a red car","model":"simulator/ok","seed":4.2e1}', {}],
    ['null for what is optional', 200, '{"prompt":"a red car","model":"simulator/ok","seed":null,"style":null}', {}],
    ['a byte order mark of UTF-8', 200, `\ufeff${JSON.stringify(OK)}`, {}],
    ['a doubled field, of which the last counts', 200, '{"prompt":1,"prompt":"a red car","model":"simulator/ok"}', {}],
    ['an unknown preference', 200, JSON.stringify(OK), { prefer: 'return=minimal, colour="red, wait=0"' }],
    ['a broken traceparent', 200, JSON.stringify(OK), { traceparent: '00-xyz' }],
    ['an X-Request-Id that is not fit for a log', 200, JSON.stringify(OK), { 'x-request-id': 'a b <script>' }],
    ['a charset in capitals', 200, JSON.stringify(OK), { 'content-type': 'application/json;CHARSET="UTF-8"' }],
    ['an expectation', 200, JSON.stringify(OK), { expect: 'the-unexpected' }],
    ['an Accept that nothing satisfies', 200, JSON.stringify(OK), { accept: 'image/gif' }],
  ])('%s: %i', async (_what, status, body, headers) => {
    const answer = await suite.api.post(ROUTE, body, headers);
    expect([answer.status, answer.body['status']]).toEqual([status, 'completed']);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
  });

  it.each(['-1', 'NaN', '99999999999999999999', '"3"', 'x\u00e9'])(
    'a Last-Event-ID of %s begins from the start',
    async (id) => {
      const { body } = await suite.generate(OK);
      const reader = await EventSourceReader.open(`${suite.process.url}/api/status/stream/${body.run_id}`, {
        'last-event-id': id,
      });
      await reader.end();
      expect(reader.stored.map((message) => message.id)).toEqual(['1', '2', '3', '4', '5']);
    },
  );

  it('answers requests that come in one piece one after the other', async () => {
    const one = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const last = one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    const received = await suite.api.raw(one.repeat(49) + last);
    expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(50);
  });
});

describe('garbage that follows a request in one piece', () => {
  it('closes the connection, and is never answered in the place of the request', async () => {
    const received = await suite.api.raw('GET /api/models HTTP/1.1\r\nHost: localhost\r\n\r\n\0\0garbage\r\n\r\n');
    expect(received).not.toContain('HTTP/1.1 400');
  });
});

describe('the process after all of that', () => {
  it('is ready, and makes a picture as before', async () => {
    expect((await suite.api.get('/health/live')).status).toBe(200);
    expect((await suite.api.get('/health/ready')).body).toMatchObject({ status: 'ok' });
    const { status, body } = await suite.generate(OK);
    expect([status, body.status, body.width, body.height]).toEqual([200, 'completed', 1024, 1024]);
    expect(await suite.eventTypes(body.run_id)).toHaveLength(5);
  });

  it('recorded nothing for what it refused', async () => {
    const { rows } = await suite.database.pool.query<{ open: number; odd: number }>(
      `select count(*) filter (where status <> 'completed')::int as open,
              count(*) filter (where prompt not in ('a red car', $1))::int as odd from generations`,
      [OK.prompt],
    );
    expect(rows).toEqual([{ open: 0, odd: 0 }]);
  });

  it('grew by less than 150 MB and wrote no error', () => {
    expect(rss() - rssBefore).toBeLessThan(150);
    const errors = suite.process
      .output()
      .split('\n')
      .filter((line) => /"level":"(error|fatal)"|unhandled|uncaught/i.test(line));
    expect(errors).toEqual([]);
  });
});
