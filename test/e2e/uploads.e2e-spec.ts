import { createHash } from 'node:crypto';
import { DarkroomSuite } from '../support/darkroom-suite.js';
import { animatedWebp, animation, forgedPng, pictureOf, type PictureFormat } from '../support/pictures.js';
import { chunkOf, statusLine, UploadClient } from '../support/upload-client.js';

const MEGABYTE = 2 ** 20;
const MAX_BYTES = 20 * MEGABYTE;

let suite: DarkroomSuite;
let client: UploadClient;
let png: Buffer;

beforeAll(async () => {
  png = await pictureOf('png');
  suite = await DarkroomSuite.start();
  client = new UploadClient(suite);
});
afterAll(() => suite.stop());

describe('POST /api/uploads/presign', () => {
  it('answers a link that is good for one PUT in the next fifteen minutes', async () => {
    const before = Date.now();
    const link = await client.presign({ size: 12_345, content_type: 'image/webp' });
    expect(link).toEqual({
      upload_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      method: 'PUT',
      url: expect.stringMatching(
        new RegExp(`^/api/uploads/${link.upload_id}\\?expires=\\d+&signature=[\\w-]{43}$`),
      ) as string,
      headers: { 'Content-Type': 'image/webp' },
      expires_at: expect.any(String) as string,
      max_bytes: 12_345,
    });
    const life = Date.parse(link.expires_at) - before;
    expect(life).toBeGreaterThanOrEqual(900_000);
    expect(life).toBeLessThan(910_000);
    expect(await client.state(link)).toMatchObject({ status: 'pending', content_type: 'image/webp', sha256: null });
  });

  it('tells everything that is wrong at once', async () => {
    const wish = { filename: '../x', content_type: 'image/svg+xml', size: MAX_BYTES + 1, user_id: 0, colour: 'red' };
    const { status, body } = await suite.api.post('/api/uploads/presign', wish);
    expect(status).toBe(422);
    expect((body['detail'] as { loc: string[] }[]).map(({ loc }) => loc.at(-1)).sort()).toEqual([
      'colour',
      'content_type',
      'filename',
      'size',
      'user_id',
    ]);
  });

  it('leads a repeat with its key to the same link', async () => {
    const wish = { filename: 'a.png', content_type: 'image/png', size: 5 };
    const headers = { 'idempotency-key': 'upload-1' };
    const [first, second] = [
      await suite.api.post('/api/uploads/presign', wish, headers),
      await suite.api.post('/api/uploads/presign/', wish, headers),
    ];
    expect([first.status, second.status, second.headers['idempotent-replayed']]).toEqual([200, 200, 'true']);
    expect(second.body).toEqual(first.body);
    expect((await suite.api.post('/api/uploads/presign', { ...wish, size: 6 }, headers)).status).toBe(422);
  });
});

describe('PUT /api/uploads/{id}', () => {
  it.each<PictureFormat>(['png', 'jpeg', 'webp'])('stores a picture: %s', async (format) => {
    const content = await pictureOf(format, 320, 200);
    const link = await client.presign({ content_type: `image/${format}`, size: content.length });
    const { status, body } = await client.put(link, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const measured = { content_type: `image/${format}`, width: 320, height: 200, bytes: content.length, sha256 };
    expect([status, body]).toEqual([200, { upload_id: link.upload_id, ...measured }]);
    expect(client.files().some((name) => name.endsWith(sha256))).toBe(true);
    expect(await client.state(link)).toMatchObject({ status: 'stored', ...measured });
    expect(await client.eventTypes(link)).toEqual(['UploadPresigned', 'UploadStored']);
    expect(client.unfinished()).toEqual([]);
  });

  it('takes a picture of nearly twenty megabytes', async () => {
    const large = await pictureOf('png', 2_600, 2_600);
    expect(large.length).toBeGreaterThan(19 * MEGABYTE);
    expect(large.length).toBeLessThan(MAX_BYTES);
    expect((await client.put(await client.presign({ size: large.length }), large)).status).toBe(200);
  });

  it('takes a body in chunks, without a length, drop by drop, and with a slash at the end of the path', async () => {
    const link = await client.presign();
    const path = link.url.replace('?', '/?');
    const socket = await client.begin({ ...link, url: path }, 'chunked', chunkOf(png.subarray(0, 100)));
    for (let at = 100; at < png.length; at += 500) {
      await new Promise((resolve) => socket.write(chunkOf(png.subarray(at, at + 500)), resolve));
      await client.untilUnfinished(1);
    }
    const answered = statusLine(socket);
    socket.write('0\r\n\r\n');
    expect(await answered).toBe('HTTP/1.1 200 OK');
    socket.destroy();
    expect((await client.state(link)).status).toBe('stored');
  });

  it('works once', async () => {
    const link = await client.presign();
    expect((await client.put(link, png)).status).toBe(200);
    for (const content of [png, Buffer.from('anything')])
      expect(await client.put(link, content)).toMatchObject({
        status: 409,
        body: { code: 'conflict', detail: 'The link was used; it is good for one upload' },
      });
  });

  it('lets one of many win that come at once', async () => {
    const link = await client.presign({ size: 100_000 });
    const contents = await Promise.all(Array.from({ length: 8 }, (_, n) => pictureOf('png', 100 + n, 80)));
    const answers = await Promise.all(contents.map((content) => client.put(link, content)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
    expect((await client.state(link)).sha256).toBe(answers.find(({ status }) => status === 200)?.body.sha256);
    expect(await client.eventTypes(link)).toEqual(['UploadPresigned', 'UploadStored']);
  });

  describe('refuses, leaves no byte behind, and leaves the link as good as before:', () => {
    it.each<readonly [string, () => Promise<Buffer>, string]>([
      ['bytes of another type', () => pictureOf('jpeg'), 'The content is image/jpeg, not image/png'],
      ['text', () => Promise.resolve(Buffer.from('no picture')), 'The content is no PNG, JPEG or WebP picture'],
      [
        'a page',
        () => Promise.resolve(Buffer.from('<script>alert(1)</script>')),
        'The content is no PNG, JPEG or WebP picture',
      ],
      ['nothing', () => Promise.resolve(Buffer.alloc(0)), 'The body is empty'],
      ['half of it', () => Promise.resolve(png.subarray(0, png.length / 2)), 'The picture is damaged or not whole'],
      ['a bomb of pixels', () => Promise.resolve(forgedPng(60_000, 60_000)), 'The picture has more than 50 megapixels'],
      [
        'a picture without its pixels',
        () => Promise.resolve(forgedPng(300, 300)),
        'The picture is damaged or not whole',
      ],
      [
        'an animation',
        () => Promise.resolve(forgedPng(20, 20, animation())),
        'The picture is animated; only still pictures are taken',
      ],
    ])('%s', async (_, make, msg) => {
      const link = await client.presign({ size: 100_000 });
      const { status, body } = await client.put(link, await make());
      expect([status, body['code'], body['detail']]).toEqual([
        422,
        'validation_error',
        [{ loc: ['body'], msg, type: 'value_error' }],
      ]);
      expect(client.unfinished()).toEqual([]);
      expect((await client.put(link, png)).status).toBe(200);
    });

    it('an animated WebP', async () => {
      const content = await animatedWebp();
      const { status, body } = await client.put(
        await client.presign({ content_type: 'image/webp', size: content.length }),
        content,
      );
      expect([status, JSON.stringify(body['detail'])]).toEqual([422, expect.stringContaining('animated')]);
    });

    it.each([
      ['another type', { 'content-type': 'image/jpeg' }, 'The link is for image/png, not for image/jpeg'],
      ['JSON', { 'content-type': 'application/json' }, 'The link is for image/png, not for application/json'],
      ['a compressed body', { 'content-encoding': 'gzip' }, 'The content has to come without Content-Encoding'],
    ])('%s, by its header', async (_, headers, detail) => {
      const link = await client.presign();
      expect(await client.put(link, png, headers)).toMatchObject({
        status: 415,
        body: { code: 'unsupported_media_type', detail },
      });
      expect((await client.put(link, png)).status).toBe(200);
    });

    it('more bytes than were announced, before the first one where a length says so', async () => {
      const link = await client.presign({ size: png.length });
      expect(await client.put(link, Buffer.alloc(png.length + 1))).toMatchObject({
        status: 413,
        body: { code: 'payload_too_large' },
      });
      expect((await client.put(link, png)).status).toBe(200);
    });

    it('a stream without a length, with the first byte that is too many, and answers while it still comes', async () => {
      const link = await client.presign({ size: MEGABYTE });
      const socket = await client.begin(link, 'chunked', chunkOf(Buffer.alloc(MEGABYTE)));
      const answered = statusLine(socket);
      socket.write(chunkOf(Buffer.alloc(64)));
      expect(await answered).toBe('HTTP/1.1 413 Payload Too Large');
      expect(client.unfinished()).toEqual([]);
      socket.destroy();
    });

    it('a stream that never ends, and cuts it off', async () => {
      const link = await client.presign({ size: MEGABYTE });
      const socket = await client.begin(link, 'chunked', chunkOf(Buffer.alloc(MEGABYTE)));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      let sent = 0;
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunkOf(Buffer.alloc(MEGABYTE)))) sent += 1;
      };
      socket.on('drain', more);
      more();
      await closed;
      expect(sent).toBeLessThan(100);
      expect(client.unfinished()).toEqual([]);
    });
  });

  it('forgets a body that breaks off, and takes the picture with the same link', async () => {
    const link = await client.presign();
    const socket = await client.begin(link, png.length, png.subarray(0, 1_000));
    await client.untilUnfinished(1);
    socket.destroy();
    await client.untilUnfinished(0);
    expect((await client.state(link)).status).toBe('pending');
    expect((await client.put(link, png)).status).toBe(200);
  });

  describe('opens to its own link alone:', () => {
    const forbidden = { status: 403, body: { code: 'forbidden' } };

    it.each<readonly [string, (url: string) => string]>([
      ['no signature', (url) => url.replace(/&signature=.*/, '')],
      ['no query', (url) => url.replace(/\?.*/, '')],
      [
        'a signature with another letter',
        (url) => url.replace(/signature=./, (found) => `signature=${found.endsWith('A') ? 'B' : 'A'}`),
      ],
      ['a later time', (url) => url.replace(/expires=\d+/, 'expires=4102444800')],
      ['an empty signature', (url) => url.replace(/signature=.*/, 'signature=')],
    ])('%s', async (_, change) => {
      const link = await client.presign();
      expect(await client.put({ ...link, url: change(link.url) }, png)).toMatchObject(forbidden);
      expect((await client.state(link)).status).toBe('pending');
    });

    it('the link of another upload', async () => {
      const [one, other] = [await client.presign(), await client.presign()];
      expect(await client.put({ ...one, url: one.url.replace(one.upload_id, other.upload_id) }, png)).toMatchObject(
        forbidden,
      );
    });

    it.each(['01a1fbd0-0000-7000-8000-000000000000', '7', 'x'])('an upload that is not there: %s', async (id) => {
      const { url, headers } = await client.presign();
      expect(await client.put({ url: url.replace(/uploads\/[^?]+/, `uploads/${id}`), headers }, png)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
      expect((await suite.api.get(`/api/uploads/${id}`)).status).toBe(404);
    });

    it('one that has something added to it', async () => {
      const link = await client.presign();
      expect((await client.put({ ...link, url: `${link.url}&x-id=1` }, png)).status).toBe(422);
      expect((await client.put({ ...link, url: `${link.url}&signature=x` }, png)).status).toBe(422);
    });
  });

  it('says what it refuses also to a client that goes on writing', async () => {
    const link = await client.presign({ size: MAX_BYTES });
    const answers = await Promise.all([
      client.put({ ...link, url: link.url.replace(/signature=.*/, 'signature=x') }, Buffer.alloc(MAX_BYTES)),
      client.put(link, Buffer.alloc(MAX_BYTES), { 'content-type': 'image/webp' }),
      client.put(link, Buffer.alloc(MAX_BYTES + 1)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 415, 413]);
  });
});
