import { createHash } from 'node:crypto';
import { unlink, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunArtifact } from '../../src/generation/status/run-parts.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;
let artifact: RunArtifact;
let whole: Buffer;

const picture = async (order: object = OK): Promise<RunArtifact> => {
  const { body } = await suite.generate(order);
  const [made] = (await suite.detail(body.run_id)).artifacts;
  if (made === undefined) throw new Error('The run has no artifact');
  return made;
};

beforeAll(async () => {
  suite = await DarkroomSuite.start();
  artifact = await picture();
  whole = (await suite.api.get(artifact.url)).bytes;
});
afterAll(() => suite.stop());

describe('GET /api/artifacts/{id}/content', () => {
  it('answers the bytes, which may be kept for ever', async () => {
    const { status, headers } = await suite.api.get(artifact.url);
    expect({ status, headers }).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'image/png',
        'content-length': String(artifact.bytes),
        'cache-control': expect.stringMatching(/max-age=31536000, immutable/) as string,
        'accept-ranges': 'bytes',
        etag: `"${artifact.sha256}"`,
        'x-content-type-options': 'nosniff',
      },
    });
    expect(createHash('sha256').update(whole).digest('hex')).toBe(artifact.sha256);
    expect((await suite.api.get(`${artifact.url}/`)).bytes.equals(whole)).toBe(true);
  });

  it('answers HEAD with the same headers and no byte', async () => {
    const { status, headers, bytes } = await suite.api.call('HEAD', artifact.url);
    expect([status, headers['content-length'], headers.etag, bytes.length]).toEqual([
      200,
      String(artifact.bytes),
      `"${artifact.sha256}"`,
      0,
    ]);
  });

  it.each(['bytes=0-9', 'bytes=999999999-'])('answers HEAD without regard to the range %s', async (range) => {
    const { status, headers } = await suite.api.call('HEAD', artifact.url, { headers: { range } });
    expect([status, headers['content-length'], headers['content-range']]).toEqual([
      200,
      String(artifact.bytes),
      undefined,
    ]);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=8-15', 8, 16],
    ['bytes=100-', 100, Infinity],
    ['bytes=-10', -10, Infinity],
    ['bytes=0-999999999', 0, Infinity],
  ])('answers %s with 206 and that part', async (range, start, end) => {
    const { status, headers, bytes } = await suite.api.get(artifact.url, { range });
    const part = whole.subarray(start, Number.isFinite(end) ? end : undefined);
    const first = whole.length - whole.subarray(start).length;
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(
      `bytes ${String(first)}-${String(first + part.length - 1)}/${String(whole.length)}`,
    );
    expect(headers['content-length']).toBe(String(part.length));
    expect(bytes.equals(part)).toBe(true);
  });

  it.each(['lines=0-1', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=', 'bytes=a-b'])('ignores the range %s', async (range) => {
    const { status, bytes } = await suite.api.get(artifact.url, { range });
    expect([status, bytes.length]).toEqual([200, whole.length]);
  });

  it.each(['bytes=999999999-', 'bytes=-0'])('answers %s with 416 and the length', async (range) => {
    const { status, headers, body } = await suite.api.get(artifact.url, { range });
    expect({ status, headers, body }).toMatchObject({
      status: 416,
      headers: { 'content-range': `bytes */${String(whole.length)}`, 'x-error-code': 'range_not_satisfiable' },
      body: { code: 'range_not_satisfiable', status: 416 },
    });
    expect(headers['etag']).toBeUndefined();
  });

  it('takes a range for these bytes only where If-Range names them', async () => {
    const ofTag = async (tag: string): Promise<number> =>
      (await suite.api.get(artifact.url, { range: 'bytes=0-9', 'if-range': tag })).status;
    expect(
      await Promise.all([ofTag(`"${artifact.sha256}"`), ofTag('"other"'), ofTag('Sat, 21 Nov 2026 01:00:00 GMT')]),
    ).toEqual([206, 200, 200]);
  });

  it('answers 304 to who has the bytes', async () => {
    for (const tag of [`"${artifact.sha256}"`, `W/"${artifact.sha256}"`, `"x", "${artifact.sha256}"`, '*']) {
      const { status, headers, bytes } = await suite.api.get(artifact.url, { 'if-none-match': tag });
      expect([status, headers.etag, bytes.length]).toEqual([304, `"${artifact.sha256}"`, 0]);
    }
    expect((await suite.api.get(artifact.url, { 'if-none-match': '"x"' })).status).toBe(200);
  });

  it.each(['1', 'x', '01a1fbd0-0000-7000-8000-000000000000'])('is a 404 for %s', async (id) => {
    for (const path of ['content', 'thumbnail'])
      expect(await suite.api.get(`/api/artifacts/${id}/${path}`)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
  });
});

describe('GET /api/artifacts/{id}/thumbnail', () => {
  it('answers a WebP that is smaller than the picture, the same each time', async () => {
    const { body } = await suite.generate({ prompt: 'a harbour in fog', width: 512, height: 256, seed: 3 });
    const [made] = (await suite.detail(body.run_id)).artifacts;
    const answers = await Promise.all(Array.from({ length: 5 }, () => suite.api.get(made?.thumbnail_url ?? '')));
    const [first] = answers;
    expect(first?.headers['content-type']).toBe('image/webp');
    expect([first?.bytes.subarray(0, 4).toString(), first?.bytes.subarray(8, 12).toString()]).toEqual(['RIFF', 'WEBP']);
    expect(first?.bytes.length).toBeLessThan(made?.bytes ?? 0);
    for (const { status, bytes, headers } of answers) {
      expect([status, headers.etag]).toEqual([200, first?.headers.etag]);
      expect(bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
    }
    const { rowCount } = await suite.database.pool.query('select from thumbnails where sha256 = $1', [made?.sha256]);
    expect(rowCount).toBe(1);
  });
});

describe('bytes that the disk lost or changed', () => {
  const fileOf = (sha256: string): string => {
    const folder = join(suite.process.home, 'artifacts');
    const found = readdirSync(folder, { recursive: true })
      .map(String)
      .find((name) => name.endsWith(sha256));
    if (found === undefined) throw new Error(`No file holds ${sha256}`);
    return join(folder, found);
  };
  const change = (file: string, bytes: Buffer): Promise<void> =>
    writeFile(file, Buffer.concat([bytes.subarray(1), Buffer.of(0)]));
  const SPOILT: readonly (readonly [string, (file: string, bytes: Buffer) => Promise<void>])[] = [
    ['changed', change],
    ['gone', (file) => unlink(file)],
  ];
  /** The entity tag is the checksum of the bytes. */
  const checksumOf = ({ headers }: Answer): string => headers.etag?.slice(1, -1) ?? '';
  const LOST = { code: 'internal_error', retryable: false };

  it.each(SPOILT)('are an error that no repeat heals, never served: %s', async (what, spoil) => {
    const made = await picture({ ...OK, prompt: `to be ${what}` });
    const { bytes } = await suite.api.get(made.url);
    await spoil(fileOf(made.sha256), bytes);
    const answer = await suite.api.get(made.url);
    expect(answer).toMatchObject({ status: 500, body: LOST });
    expect(answer.headers).toMatchObject({ 'x-error-retryable': 'false', 'cache-control': 'no-store' });
    expect((await suite.api.get(made.thumbnail_url)).body).toMatchObject(LOST);
  });

  it.each(SPOILT)('are made anew where they are a thumbnail whose picture is whole: %s', async (what, spoil) => {
    const made = await picture({ ...OK, prompt: `small and ${what}` });
    const first = await suite.api.get(made.thumbnail_url);
    await spoil(fileOf(checksumOf(first)), first.bytes);
    const again = await suite.api.get(made.thumbnail_url);
    expect([again.status, again.headers['content-type']]).toEqual([200, 'image/webp']);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    await change(fileOf(checksumOf(again)), again.bytes);
    await change(fileOf(made.sha256), (await suite.api.get(made.url)).bytes);
    expect((await suite.api.get(made.thumbnail_url)).body).toMatchObject(LOST);
  });
});
