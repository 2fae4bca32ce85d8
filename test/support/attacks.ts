import type { OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer, DarkroomApi } from './darkroom-api.js';
import { OK } from './darkroom-suite.js';
import { JOB_ATTACKS } from './job-attacks.js';
import { PRESET_ATTACKS } from './preset-attacks.js';
import { UPLOAD_ATTACKS } from './upload-attacks.js';

/** What an attack sends and what it gets. Raw bytes go out as they are. */
export type Attack = readonly [what: string, status: number, code: string, send: (api: DarkroomApi) => Promise<Answer>];

const MEGABYTE = 1024 * 1024;
export const ROUTE = '/api/generate';
const UNKNOWN_RUN = '01a1fbd0-0000-7000-8000-000000000000';

const JSON_CODE: Readonly<Record<number, string>> = {
  400: 'malformed_request',
  403: 'forbidden',
  404: 'not_found',
  412: 'precondition_failed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
  422: 'validation_error',
};
const codeOf = (status: number): string => JSON_CODE[status] ?? 'unexpected';

const posting = (what: string, status: number, body: unknown, headers: OutgoingHttpHeaders = {}): Attack => [
  what,
  status,
  codeOf(status),
  (api) => api.post(ROUTE, body, headers),
];
const invalid = (what: string, fields: object): Attack => posting(what, 422, { prompt: 'a red car', ...fields });
const text = (what: string, status: number, body: string | Buffer, headers: OutgoingHttpHeaders = {}): Attack =>
  posting(what, status, body, headers);
const getting = (what: string, status: number, path: string, headers: OutgoingHttpHeaders = {}): Attack => [
  what,
  status,
  codeOf(status),
  (api) => api.get(path, headers),
];
const calling = (method: string, path: string, status: number): Attack => [
  `${method} ${path}`,
  status,
  codeOf(status),
  (api) => api.call(method, path),
];

/** The last answer in what a connection read. */
const parsed = (received: string): Answer => {
  const last = received.slice(received.lastIndexOf('HTTP/1.1 '));
  const [head = '', content = ''] = last.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  );
  const body = (content.startsWith('{') ? JSON.parse(content) : {}) as Record<string, unknown>;
  return { status: Number(line.split(' ')[1]), headers, bytes: Buffer.from(content), body };
};
const raw = (what: string, status: number, bytes: string | Buffer): Attack => [
  what,
  status,
  codeOf(status),
  async (api) => parsed(await api.raw(bytes)),
];

const nested = (depth: number): string => `{"prompt":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const manyFields = (count: number): string =>
  `{"prompt":"a red car",${Array.from({ length: count }, (_, index) => `"f${String(index)}":1`).join(',')}}`;
const HEAD = 'POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

const BODIES: readonly Attack[] = [
  posting('no body at all', 422, undefined),
  text('an empty body', 422, ''),
  text('white space', 400, '   '),
  text('null', 422, 'null'),
  text('a list', 422, '[]'),
  text('a list of requests', 422, '[{"prompt":"a red car"}]'),
  text('a string', 422, '"a red car"'),
  text('a number', 422, '1e308'),
  text('half of an object', 400, '{"prompt":"a red'),
  text('two objects', 400, '{"prompt":"a red car"}{"prompt":"a red car"}'),
  text('single quotes', 400, "{'prompt':'a red car'}"),
  text('a comment', 400, '{"prompt":"a red car"/* x */}'),
  text('a trailing comma', 400, '{"prompt":"a red car",}'),
  text('a byte order mark of UTF-16', 400, Buffer.from('\ufeff{"prompt":"a red car"}', 'utf16le')),
  text(
    'bytes that are not UTF-8',
    400,
    Buffer.concat([Buffer.from('{"prompt":"'), Buffer.of(0xc3, 0x28, 0xff), Buffer.from('"}')]),
  ),
  text(
    'an overlong UTF-8 slash',
    400,
    Buffer.concat([Buffer.from('{"prompt":"abc'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')]),
  ),
  text('a raw control character in a string', 400, '{"prompt":"a\u0001b car"}'),
  text('NaN', 400, '{"prompt":"a red car","cfg_scale":NaN}'),
  text('Infinity', 400, '{"prompt":"a red car","cfg_scale":-Infinity}'),
  text('1e400', 422, '{"prompt":"a red car","cfg_scale":1e400}'),
  text('a hexadecimal number', 400, '{"prompt":"a red car","seed":0x10}'),
  text('a number with a leading zero', 400, '{"prompt":"a red car","seed":007}'),
  text('a seed of 400 digits', 422, `{"prompt":"a red car","seed":${'9'.repeat(400)}}`),
  text('a seed beyond 2^53', 422, '{"prompt":"a red car","seed":9007199254740993}'),
  text('a nul byte in the prompt', 422, '{"prompt":"a red\\u0000car"}'),
  text('half of a surrogate pair in the prompt', 422, '{"prompt":"a red \\ud800 car"}'),
  text('half of a surrogate pair in a name', 422, '{"prompt":"a red car","\\udc00":1}'),
  text('a prompt of three megabytes', 413, JSON.stringify({ prompt: 'x'.repeat(3 * MEGABYTE) })),
  text('a thousand levels', 422, nested(1_000)),
  text('two hundred thousand levels', 422, nested(200_000)),
  text('ten thousand fields', 422, manyFields(10_000)),
  text('a hundred thousand empty objects', 422, `{"prompt":[${Array<string>(100_000).fill('{}').join(',')}]}`),
  text('__proto__', 422, '{"prompt":"a red car","__proto__":{"width":8}}'),
  text('constructor.prototype', 422, '{"prompt":"a red car","constructor":{"prototype":{"width":8}}}'),
  text('a doubled field whose last value is wrong', 422, '{"prompt":"a red car","prompt":1}'),
];

/** A wrong value for every field of an order that there is, and two for fields that there are not. */
export const EVERYTHING_WRONG: Readonly<Record<string, unknown>> = {
  prompt: 'a red\0car',
  mode: {},
  camera_angle: 'oblique',
  fov: 1,
  lighting: 'SOFT',
  color_palette: [],
  composition: '',
  style: 'toString',
  negative_prompt: 7,
  width: 'x',
  height: 257,
  steps: 0,
  cfg_scale: true,
  seed: [],
  model: 'simulator/nothing',
  use_cache: 'yes',
  max_retries: 6,
  user_id: 0,
  project_id: -1,
  colour: 'red \ud800',
  'half \udc00': 1,
};

const FIELDS: readonly Attack[] = [
  invalid('a prompt of two characters', { prompt: '  ab  ' }),
  invalid('a prompt of white space', { prompt: ' \t\n\u2003 ' }),
  invalid('a prompt of 2001 characters', { prompt: 'x'.repeat(2001) }),
  invalid('a number for the prompt', { prompt: 7 }),
  invalid('an object for the prompt', { prompt: { $gt: '' } }),
  invalid('a list for the prompt', { prompt: ['a red car'] }),
  invalid('an unknown field', { colour: 'red' }),
  invalid('an unknown enum value', { camera_angle: 'oblique' }),
  invalid('an enum value in capitals', { lighting: 'SOFT' }),
  invalid('an inherited name for an enum', { style: 'toString' }),
  invalid('a number in quotation marks', { width: '512' }),
  invalid('a width that is no multiple of 8', { width: 513 }),
  invalid('a fraction for the width', { width: 512.5 }),
  invalid('a width of 0', { width: 0 }),
  invalid('a negative width', { width: -512 }),
  invalid('a width of 10^9', { width: 1_000_000_000 }),
  invalid('too many steps', { steps: 151 }),
  invalid('a negative seed', { seed: -1 }),
  invalid('a seed of 2^32', { seed: 2 ** 32 }),
  invalid('a fraction for the seed', { seed: 0.5 }),
  invalid('true for a number', { max_retries: true }),
  invalid('a text for a truth value', { use_cache: 'true' }),
  invalid('a user of 2^31', { user_id: 2 ** 31 }),
  invalid('user 0', { user_id: 0 }),
  invalid('an unknown provider', { provider: 'nobody' }),
  invalid('an unknown model', { model: 'simulator/nothing' }),
  invalid('a path for a model', { model: '../../etc/passwd' }),
  invalid('an inherited name for a model', { model: 'simulator/constructor' }),
  invalid('a model of another provider', { provider: 'builtin', model: 'simulator/ok' }),
  posting('everything wrong at once', 422, EVERYTHING_WRONG),
];

const HEADERS: readonly Attack[] = [
  posting('text/plain', 415, 'a red car', { 'content-type': 'text/plain' }),
  posting('a form', 415, 'prompt=a+red+car', { 'content-type': 'application/x-www-form-urlencoded' }),
  posting('a multipart form', 415, '--x--', { 'content-type': 'multipart/form-data; boundary=x' }),
  posting('a content type that only begins like JSON', 415, '{}', { 'content-type': 'application/jsonp' }),
  posting('JSON in UTF-16', 415, '{}', { 'content-type': 'application/json; charset=utf-16' }),
  posting('JSON in a made-up charset', 415, '{}', { 'content-type': 'application/json; charset="x;y"' }),
  posting('gzip', 415, gzipSync('{"prompt":"a red car"}'), { 'content-encoding': 'gzip' }),
  posting('a bomb in gzip', 415, gzipSync(Buffer.alloc(50 * MEGABYTE)), { 'content-encoding': 'gzip' }),
  posting('Prefer: wait=0', 400, OK, { prefer: 'wait=0' }),
  posting('Prefer: wait=121', 400, OK, { prefer: 'wait=121' }),
  posting('Prefer: wait=1e9', 400, OK, { prefer: 'respond-async, wait=1e9' }),
  posting('Prefer: wait without a number', 400, OK, { prefer: 'wait' }),
  posting('a preference of fifteen thousand spaces', 400, OK, { prefer: `a${' '.repeat(15_000)}x, wait=0` }),
  posting('an empty Idempotency-Key', 400, OK, { 'idempotency-key': '' }),
  posting('an Idempotency-Key of 256 characters', 400, OK, { 'idempotency-key': 'k'.repeat(256) }),
  posting('an Idempotency-Key with a space', 400, OK, { 'idempotency-key': 'order 7' }),
  posting('an Idempotency-Key that is not ASCII', 400, OK, { 'idempotency-key': 'ordr-\u00e9' }),
  posting('an Idempotency-Key in half a quotation', 400, OK, { 'idempotency-key': '"order-7' }),
  getting('a broken If-None-Match', 400, `${ROUTE}/1`, { 'if-none-match': '3' }),
  [
    'a broken If-Match',
    400,
    'malformed_request',
    (api) => api.post(`${ROUTE}/1/cancel`, undefined, { 'if-match': 'three' }),
  ],
  [
    'an If-Match of another version',
    412,
    'precondition_failed',
    (api) => api.post(`${ROUTE}/1/retry`, undefined, { 'if-match': '"99"' }),
  ],
  raw(
    'headers of a hundred kilobytes',
    400,
    `GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(100_000)}\r\n\r\n`,
  ),
];

const EVIL = 'http://evil.example';

const CALLERS: readonly Attack[] = [
  getting('a name that somebody let point here', 403, '/api/models', { host: 'evil.example' }),
  getting('such a name with our port', 403, '/api/events/stream', { host: 'evil.example:8000' }),
  getting('such a name for the pages', 403, '/docs', { host: 'localhost.evil.example' }),
  getting('an address of the network', 403, '/docs-json', { host: '192.168.0.7:8000' }),
  posting('an order under such a name', 403, OK, { host: 'evil.example', origin: EVIL }),
  posting('an order by a page of another site', 403, OK, { origin: EVIL, 'sec-fetch-site': 'cross-site' }),
  posting('an order by a page without an origin', 403, OK, { origin: 'null' }),
  posting('a form of another site', 403, 'prompt=a+red+car', { origin: EVIL, 'content-type': 'text/plain' }),
  [
    'a cancellation by a page of another site',
    403,
    'forbidden',
    (api) => api.post(`${ROUTE}/1/cancel`, undefined, { origin: EVIL }),
  ],
];

const UNDECLARED: readonly Attack[] = [
  getting('a query for a route that has none', 422, '/api/models?x=1'),
  getting('a query for a run', 422, `${ROUTE}/1?fields=status`),
  getting('a query for an artifact', 422, `/api/artifacts/${UNKNOWN_RUN}/content?download=1`),
  ...[`${ROUTE}/1/retry`, `${ROUTE}/1/cancel`].map((path): Attack => {
    return [`a body for ${path}`, 422, 'validation_error', (api) => api.post(path, { seed: 7 })];
  }),
  ['a query for an order', 422, 'validation_error', (api) => api.post(`${ROUTE}?dry_run=true`, OK)],
  [
    'a body for a read',
    422,
    'validation_error',
    (api) => api.call('GET', `${ROUTE}/parameters`, { body: { verbose: true } }),
  ],
];

const PATHS: readonly Attack[] = [
  ...[
    '0',
    '-1',
    '1.5',
    '1e3',
    '0x1',
    '007',
    '9007199254740993',
    '9'.repeat(400),
    'NaN',
    'null',
    '__proto__',
    UNKNOWN_RUN,
    `{${UNKNOWN_RUN}}`,
    UNKNOWN_RUN.replaceAll('-', ''),
    "1'--",
    "1%27%20or%20'1'='1",
    '%00',
    '%F0%9F%8E%A8',
    '..%2f..%2fetc%2fpasswd',
    'a'.repeat(4_000),
  ].map((id) => getting(`the id ${id.slice(0, 40)}`, 404, `${ROUTE}/${id}`)),
  getting('a broken escape in an id', 400, `${ROUTE}/%zz`),
  getting('bytes in an id that are not UTF-8', 400, `${ROUTE}/%ff%fe`),
  ...['/events', '/nowhere'].map((rest) => getting(`the path ${rest} of an unknown run`, 404, `${ROUTE}/4711${rest}`)),
  getting('the status of an unknown run', 404, `/api/status/${UNKNOWN_RUN}`),
  getting('the stream of an unknown run', 404, '/api/status/stream/4711'),
  getting('dots that climb', 404, '/api/artifacts/..%2f..%2f..%2fetc%2fpasswd/content'),
  getting('dots that climb unescaped', 404, '/../../../etc/passwd'),
  getting('an artifact under the checksum of its bytes', 404, `/api/artifacts/${'a'.repeat(64)}/content`),
  getting('an unknown route', 404, '/api/nothing'),
  getting('a path of fifteen kilobytes', 404, `/${'a'.repeat(15_000)}`),
  getting('an unknown query parameter', 422, '/api/status/stream/1?colour=red'),
  getting('a position that is not a number', 422, '/api/events/stream?after=NaN'),
  getting('a huge position', 422, '/api/events/stream?after=99999999999999999999'),
  getting('a doubled query parameter', 422, '/api/events/stream?after=1&after=2'),
  getting('a query parameter with brackets', 422, '/api/events/stream?after[$gt]=1'),
  getting('a nul byte in a query', 422, '/api/events/stream?types=%00'),
  getting(
    'five hundred query parameters',
    422,
    `/api/events/stream?${Array.from({ length: 500 }, (_, n) => `p${String(n)}=1`).join('&')}`,
  ),
  calling('GET', ROUTE, 404),
  calling('PUT', ROUTE, 404),
  calling('DELETE', `${ROUTE}/1`, 404),
  calling('PATCH', '/api/status/1', 404),
  calling('POST', '/health/live', 404),
  calling('PROPFIND', '/api/models', 404),
  calling('TRACE', '/api/models', 404),
];

const BYTES: readonly Attack[] = [
  raw('a body that announces twenty megabytes', 413, `${HEAD}Content-Length: ${String(20 * MEGABYTE)}\r\n\r\n{`),
  raw(
    'three megabytes in chunks',
    413,
    `${HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n${'x'.repeat(3 * MEGABYTE)}\r\n0\r\n\r\n`,
  ),
  raw('garbage', 400, 'garbage\r\n\r\n'),
  raw('a TLS handshake', 400, Buffer.from('16030100c8010000c40303', 'hex')),
  raw('an unknown method', 400, 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  raw('no host', 400, 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'),
  raw('a header without a name', 400, 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n'),
  raw('a space before the colon', 400, 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'),
  raw('a nul byte in a header', 400, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n'),
  raw('two lengths', 400, `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`),
  raw('a length and chunks', 400, `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  raw('a negative length', 400, `${HEAD}Content-Length: -1\r\n\r\n`),
  raw('a length that is no number', 400, `${HEAD}Content-Length: abc\r\n\r\n`),
  raw('a chunk of a size that is no number', 400, `${HEAD}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n`),
];

/** Requests that have to be refused, each with the status and the code that it gets. */
export const ATTACKS: readonly Attack[] = [
  ...BODIES,
  ...FIELDS,
  ...HEADERS,
  ...CALLERS,
  ...UNDECLARED,
  ...PATHS,
  ...BYTES,
  ...JOB_ATTACKS,
  ...UPLOAD_ATTACKS,
  ...PRESET_ATTACKS,
];
