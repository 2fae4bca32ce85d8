import type { OutgoingHttpHeaders } from 'node:http';
import type { PresignedLink } from '../../src/uploads/uploads-answer.dto.js';
import type { Attack } from './attacks.js';
import type { DarkroomApi } from './darkroom-api.js';
import { animatedWebp, animation, forgedPng, pictureOf, textBomb } from './pictures.js';

const MEGABYTE = 2 ** 20;
const PRESIGN = '/api/uploads/presign';
const WISH = { filename: 'a.png', content_type: 'image/png', size: 100_000 };
const UNKNOWN_UPLOAD = '01a1fbd0-0000-7000-8000-000000000000';

const CODES: Readonly<Record<number, string>> = {
  400: 'malformed_request',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'validation_error',
};
const codeOf = (status: number): string => CODES[status] ?? 'unexpected';

const presign = async (api: DarkroomApi, change: object = {}): Promise<PresignedLink> =>
  (await api.post<PresignedLink>(PRESIGN, { ...WISH, ...change })).body;

const wishing = (what: string, change: object): Attack => [
  `an upload with ${what}`,
  422,
  'validation_error',
  (api) => api.post(PRESIGN, { ...WISH, ...change }),
];

/** Bytes for a fresh link, with a header or the link itself changed. */
const sending = (
  what: string,
  status: number,
  content: () => Buffer | Promise<Buffer>,
  {
    wish = {},
    headers = {},
    link = (url) => url,
  }: { readonly wish?: object; readonly headers?: OutgoingHttpHeaders; readonly link?: (url: string) => string } = {},
): Attack => [
  `an upload of ${what}`,
  status,
  codeOf(status),
  async (api) => {
    const { url, headers: asked } = await presign(api, wish);
    return api.call('PUT', link(url), {
      body: await content(),
      headers: { 'content-type': asked['Content-Type'] ?? '', ...headers },
    });
  },
];

const png = (): Promise<Buffer> => pictureOf('png');
const bytes = (text: string) => (): Buffer => Buffer.from(text, 'latin1');

const WISHES: readonly Attack[] = [
  wishing('a type that is no picture', { content_type: 'text/html' }),
  wishing('a vector drawing', { content_type: 'image/svg+xml' }),
  wishing('a type with a line break', { content_type: 'image/png\r\nX-A: b' }),
  wishing('a size of 0', { size: 0 }),
  wishing('a negative size', { size: -1 }),
  wishing('a byte more than 20 MB', { size: 20 * MEGABYTE + 1 }),
  wishing('half a byte', { size: 0.5 }),
  wishing('a size of 10^300', { size: 1e300 }),
  wishing('a text for its size', { size: '100' }),
  wishing('a name that climbs', { filename: '../../../etc/passwd' }),
  wishing('a name of the other system', { filename: 'C:\\autoexec.bat' }),
  wishing('a name with a nul byte', { filename: 'a.png\0.exe' }),
  wishing('a name with a line break', { filename: 'a\r\nSet-Cookie: b' }),
  wishing('a name of ten thousand characters', { filename: 'x'.repeat(10_000) }),
  wishing('a name of half a character', { filename: 'a\ud800.png' }),
  wishing('user 0', { user_id: 0 }),
  wishing('an expiry of its own', { expires_at: '2099-01-01T00:00:00Z' }),
];

const LINKS: readonly Attack[] = [
  sending('a link without a query', 403, png, { link: (url) => url.replace(/\?.*/, '') }),
  sending('a link without a signature', 403, png, { link: (url) => url.replace(/&signature=.*/, '') }),
  sending('a link with an empty signature', 403, png, { link: (url) => url.replace(/signature=.*/, 'signature=') }),
  sending('a link that lasts longer', 403, png, { link: (url) => url.replace(/expires=\d+/, 'expires=9999999999') }),
  sending('a link that is good for ever', 403, png, { link: (url) => url.replace(/expires=\d+/, 'expires=Infinity') }),
  sending('a link with ten kilobytes of signature', 403, png, { link: (url) => url + 'A'.repeat(10_000) }),
  sending('a link with two signatures', 422, png, { link: (url) => `${url}&signature=a` }),
  sending('a link with brackets', 422, png, { link: (url) => url.replace('signature=', 'signature[$ne]=') }),
  sending('a link to nothing', 404, png, { link: (url) => url.replace(/uploads\/[^?]+/, `uploads/${UNKNOWN_UPLOAD}`) }),
  sending('a link to a number', 404, png, { link: (url) => url.replace(/uploads\/[^?]+/, 'uploads/1') }),
  sending('a link that climbs', 404, png, { link: (url) => url.replace(/uploads\/[^?]+/, 'uploads/..%2f..%2fetc') }),
  [
    'a link that was used',
    409,
    'conflict',
    async (api) => {
      const { url } = await presign(api);
      const sent = { body: await png(), headers: { 'content-type': 'image/png' } };
      await api.call('PUT', url, sent);
      return api.call('PUT', url, sent);
    },
  ],
];

const CONTENTS: readonly Attack[] = [
  sending('no bytes', 422, bytes('')),
  sending('text', 422, bytes('no picture')),
  sending('a page with a script', 422, bytes('<script>alert(1)</script>')),
  sending(
    'a vector drawing',
    422,
    bytes('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
  ),
  sending('a program', 422, bytes('\x7fELF\x02\x01\x01')),
  sending('an archive', 422, bytes('PK\x03\x04')),
  sending('a GIF', 422, bytes('GIF89a\x01\0\x01\0\0\0\0;')),
  sending('the first eight bytes of a PNG', 422, bytes('\x89PNG\r\n\x1a\n')),
  sending('a JPEG that says it is a PNG', 422, () => pictureOf('jpeg')),
  sending('a WebP that says it is a PNG', 422, () => pictureOf('webp')),
  sending('half a picture', 422, async () => (await png()).subarray(0, 3_000)),
  sending('a PNG of 60,000 × 60,000 pixels', 422, () => forgedPng(60_000, 60_000)),
  sending('a PNG of 2^31 − 1 columns', 422, () => forgedPng(2 ** 31 - 1, 1)),
  sending('a PNG without a pixel', 422, () => forgedPng(0, 0)),
  sending('a PNG with too few pixels', 422, () => forgedPng(400, 400)),
  sending('an animated PNG', 422, () => forgedPng(20, 20, animation())),
  sending('an animated WebP', 422, animatedWebp, { wish: { content_type: 'image/webp' } }),
  sending('half a picture behind a comment of half a gigabyte', 422, () => forgedPng(400, 400, textBomb(512)), {
    wish: { size: MEGABYTE },
  }),
  sending('more than it announced', 413, () => Buffer.alloc(100_001)),
  sending('twenty megabytes in place of a hundred kilobytes', 413, () => Buffer.alloc(20 * MEGABYTE)),
  sending('JSON', 415, bytes('{}'), { headers: { 'content-type': 'application/json' } }),
  sending('no type', 415, png, { headers: { 'content-type': '' } }),
  sending('two types', 415, png, { headers: { 'content-type': 'image/png, image/jpeg' } }),
  sending('a form', 415, bytes('--x--'), { headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
  sending('gzip', 415, png, { headers: { 'content-encoding': 'gzip' } }),
];

/** What has to be refused of those who upload. */
export const UPLOAD_ATTACKS: readonly Attack[] = [...WISHES, ...LINKS, ...CONTENTS];
