import { createHash, randomUUID } from 'node:crypto';
import { compareInlineRows, rebuildInlineRows } from '../../src/eventsourcing/inline-rows.js';
import { Installation } from '../../src/platform/database/installation.js';
import { UPLOAD_ROWS } from '../../src/uploads/uploads.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { upTo } from '../support/event-samples.js';
import { pictureOf } from '../support/pictures.js';
import { BlobFolder, UploadParts } from '../support/upload-parts.js';

const MINUTE_MS = 60_000;
const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);
const addressOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

let database: TestDatabase;
let folder: BlobFolder;
let here: UploadParts;
let there: UploadParts;
let png: Buffer;

beforeAll(async () => {
  png = await pictureOf('png');
});
beforeEach(async () => {
  database = await freshDatabase();
  folder = await BlobFolder.make();
  here = new UploadParts(database.url, folder.store);
  there = new UploadParts(database.url, folder.store);
});
afterEach(async () => {
  await Promise.all([here.close(), there.close()]);
  await database.drop();
  await folder.remove();
});

const statusOf = async (uploadId: string): Promise<unknown> =>
  (await database.pool.query<{ status: string }>('select status from uploads where upload_id = $1', [uploadId])).rows[0]
    ?.status;

describe('an upload', () => {
  it('is a blob, an event and a row, in that order, whichever process gets the bytes', async () => {
    const link = await here.presign({ size: png.length });
    const picture = { content_type: 'image/png', width: 60, height: 40, bytes: png.length, sha256: addressOf(png) };
    expect(await there.receive(link, png)).toEqual(picture);
    expect((await folder.store.read(picture.sha256)).equals(png)).toBe(true);
    expect(await here.eventTypes(link.uploadId)).toEqual(['UploadPresigned', 'UploadStored']);
    const { rows } = await database.pool.query('select * from uploads');
    expect(rows).toEqual([
      expect.objectContaining({
        upload_id: link.uploadId,
        version: 2,
        user_id: 7,
        status: 'stored',
        ...picture,
        bytes: String(png.length),
      }),
    ]);
  });

  it('is won by one of those who come at once, and the others are told that the link was used', async () => {
    const link = await here.presign();
    const contents = await Promise.all(upTo(6).map((n) => pictureOf('png', 40 + n, 30)));
    const outcomes = await Promise.allSettled(
      contents.map((content, n) => (n % 2 === 0 ? here : there).receive(link, content)),
    );
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ name: 'UploadConflict', code: 'conflict' });
    expect(await here.pictures.find([link.uploadId], 7)).toMatchObject([{ outcome: 'found', sha256: won[0]?.sha256 }]);
    expect(await here.eventTypes(link.uploadId)).toEqual(['UploadPresigned', 'UploadStored']);
    expect(await folder.unfinished()).toEqual([]);
  });

  it('that another one overtakes on its way is refused and becomes no blob', async () => {
    const link = await here.presign();
    const late = await pictureOf('png', 70, 50);
    const overtaken = (async function* () {
      yield late.subarray(0, 500);
      await there.receive(link, png);
      yield late.subarray(500);
    })();
    await expect(here.receive(link, overtaken)).rejects.toMatchObject({ name: 'UploadConflict' });
    expect([await folder.addresses(), await folder.unfinished()]).toEqual([[addressOf(png)], []]);
  });

  it('that breaks off leaves no byte, and its link as good as before', async () => {
    const link = await here.presign();
    const broken = (async function* () {
      yield await Promise.resolve(png.subarray(0, 2_000));
      throw new RangeError('The line broke');
    })();
    await expect(here.receive(link, broken)).rejects.toThrow(RangeError);
    expect([await folder.addresses(), await folder.unfinished()]).toEqual([[], []]);
    expect(await statusOf(link.uploadId)).toBe('pending');
    await there.receive(link, png);
    expect(await statusOf(link.uploadId)).toBe('stored');
  });

  it('whose process dies between bytes and event is repeated with the same link', async () => {
    const link = await here.presign();
    const staged = await folder.store.stage(
      (async function* () {
        yield await Promise.resolve(png);
      })(),
    );
    await staged.keep();
    expect(await statusOf(link.uploadId)).toBe('pending');
    await there.receive(link, png);
    expect(await folder.addresses()).toEqual([addressOf(png)]);
  });

  it.each([
    ['bytes that are something else', (): Promise<Buffer> => pictureOf('webp'), 'validation_error'],
    ['half of a picture', (): Promise<Buffer> => Promise.resolve(png.subarray(0, png.length / 2)), 'validation_error'],
    ['nothing', (): Promise<Buffer> => Promise.resolve(Buffer.alloc(0)), 'validation_error'],
    ['more than was announced', (): Promise<Buffer> => Promise.resolve(Buffer.alloc(100_001)), 'payload_too_large'],
  ])('of %s is refused without a trace', async (_, make, code) => {
    const link = await here.presign();
    await expect(here.receive(link, await make())).rejects.toMatchObject({ code });
    expect([await folder.addresses(), await folder.unfinished()]).toEqual([[], []]);
    expect(await here.eventTypes(link.uploadId)).toEqual(['UploadPresigned']);
  });

  it('is read no further than the first byte that is too many', async () => {
    const link = await here.presign({ size: 2_500 });
    let read = 0;
    const endless = (async function* () {
      for (;;) {
        read += 1;
        yield await Promise.resolve(Buffer.alloc(1_000));
      }
    })();
    await expect(here.receive(link, endless)).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(read).toBe(3);
  });

  it.each([
    ['another type', { contentType: 'image/jpeg' }, 'unsupported_media_type'],
    ['no type', { contentType: undefined }, 'unsupported_media_type'],
    ['a compressed body', { contentEncoding: 'gzip' }, 'unsupported_media_type'],
    ['a length that is too much', { contentLength: 100_001 }, 'payload_too_large'],
  ])('that announces %s is refused before its first byte is read', async (_, headers, code) => {
    const link = await here.presign();
    const untouched = (async function* (): AsyncGenerator<Buffer> {
      await Promise.reject(new RangeError('It was read'));
      yield png;
    })();
    await expect(here.receive(link, untouched, headers)).rejects.toMatchObject({ code });
  });

  it.each(['image/png', 'IMAGE/PNG', 'image/png; name=x'])('may write its type as %s', async (contentType) => {
    await here.receive(await here.presign(), png, { contentType });
  });
});

describe('a link', () => {
  it('is good in time alone', async () => {
    const old = await here.presign({}, { now: ago(16) });
    await expect(here.receive(old, png)).rejects.toMatchObject({ code: 'forbidden' });
    await here.receive(old, png, { now: ago(2) });
  });

  it('opens its own upload alone', async () => {
    const [one, other] = [await here.presign(), await here.presign()];
    await expect(here.receive({ uploadId: other.uploadId, url: one.url }, png)).rejects.toMatchObject({
      name: 'UploadLinkRefused',
    });
    await expect(here.receive({ uploadId: randomUUID(), url: one.url }, png)).rejects.toMatchObject({
      name: 'UploadNotFound',
    });
  });

  it('is signed with a key that all processes share and that outlives them', async () => {
    const keys = await Promise.all(
      upTo(8).map((n) => new Installation((n % 2 === 0 ? here : there).kernel.pool).value('upload_links', 32)),
    );
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    const { rows } = await database.pool.query<{ value: Buffer }>(
      "select value from installation where name = 'upload_links'",
    );
    expect(rows[0]?.value.equals(keys[0] ?? Buffer.alloc(0))).toBe(true);
    expect(
      (await new Installation(here.kernel.pool).value('something_else', 16)).equals(keys[0] ?? Buffer.alloc(0)),
    ).toBe(false);
  });

  it('is the same for a repeat with its key, and refused for another body', async () => {
    const made = await Promise.all(upTo(4).map((n) => (n % 2 === 0 ? here : there).presign({}, { key: 'k' })));
    expect(new Set(made.map(({ url }) => url)).size).toBe(1);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(here.presign({ size: 5 }, { key: 'k' })).rejects.toMatchObject({ code: 'validation_error' });
  });
});

describe('a link that nobody used', () => {
  it('is closed by an event once no PUT can be on its way any more', async () => {
    const overdue = await Promise.all(upTo(3).map(() => here.presign({}, { now: ago(26) })));
    const justOver = await here.presign({}, { now: ago(16) });
    const good = await here.presign();
    const used = await here.presign({}, { now: ago(26) });
    await here.receive(used, png, { now: ago(20) });
    const { signal } = new AbortController();
    expect(await here.expire.run(signal)).toBe(3);
    expect(await there.expire.run(signal)).toBe(0);
    for (const { uploadId } of overdue) {
      expect(await here.eventTypes(uploadId)).toEqual(['UploadPresigned', 'UploadExpired']);
      expect(await statusOf(uploadId)).toBe('expired');
    }
    expect(await Promise.all([justOver, good, used].map(({ uploadId }) => statusOf(uploadId)))).toEqual([
      'pending',
      'pending',
      'stored',
    ]);
  });

  it('is closed once, however many processes find it', async () => {
    const { uploadId } = await here.presign({}, { now: ago(60) });
    const { signal } = new AbortController();
    await Promise.all([here.expire.run(signal), there.expire.run(signal), here.expire.run(signal)]);
    expect(await here.eventTypes(uploadId)).toEqual(['UploadPresigned', 'UploadExpired']);
  });

  it('is closed behind a page of rows that lead to no event, and behind some that have no stream', async () => {
    const good = await Promise.all(upTo(200).map(() => here.presign()));
    const goodIds = good.map(({ uploadId }) => uploadId);
    await database.pool.query(
      "update uploads set expires_at = clock_timestamp() - interval '1 hour' where upload_id = any($1::uuid[])",
      [goodIds],
    );
    const { rows: lost } = await database.pool.query<{ upload_id: string }>(
      `insert into uploads (upload_id, version, user_id, filename, content_type, size, created_at, expires_at, status)
       select gen_random_uuid(), 1, 7, 'a.png', 'image/png', 1, now(), now() - interval '1 hour', 'pending' from generate_series(1, 3)
       returning upload_id`,
    );
    const lostIds = lost.map(({ upload_id }) => upload_id);
    try {
      const { uploadId } = await here.presign({}, { now: ago(26) });
      expect(await here.expire.run(AbortSignal.timeout(30_000))).toBe(1);
      expect(await statusOf(uploadId)).toBe('expired');
      expect([...here.unclosed].sort()).toEqual([...lostIds].sort());
    } finally {
      await database.pool.query('delete from uploads where upload_id = any($1::uuid[])', [[...goodIds, ...lostIds]]);
    }
  });
});

describe('another capability', () => {
  it('gets pictures of its user by the ids of their uploads, all with one question and in their order', async () => {
    const webp = await pictureOf('webp', 90, 70);
    const [first, second] = [await here.presign(), await here.presign({ content_type: 'image/webp' })];
    await here.receive(first, png);
    await here.receive(second, webp, { contentType: 'image/webp' });
    const one = {
      outcome: 'found',
      content_type: 'image/png',
      width: 60,
      height: 40,
      bytes: png.length,
      sha256: addressOf(png),
    };
    const other = {
      outcome: 'found',
      content_type: 'image/webp',
      width: 90,
      height: 70,
      bytes: webp.length,
      sha256: addressOf(webp),
    };
    const ids = [second.uploadId, first.uploadId.toUpperCase(), second.uploadId];
    expect(await there.pictures.find(ids, 7)).toEqual([other, one, other]);
    expect(await there.pictures.find([], 7)).toEqual([]);
  });

  it('is told of each why it gets none', async () => {
    const [pending, over, closed, used] = [
      await here.presign(),
      await here.presign({}, { now: ago(16) }),
      await here.presign({}, { now: ago(26) }),
      await here.presign(),
    ];
    await here.expire.run(new AbortController().signal);
    await here.receive(used, png);
    const strange = [randomUUID(), '1', '', "'; drop table uploads; --", 'x'.repeat(10_000)];
    const ids = [pending, over, closed, used].map(({ uploadId }) => uploadId);
    const outcomes = async (userId: number): Promise<readonly string[]> =>
      (await here.pictures.find([...ids, ...strange], userId)).map(({ outcome }) => outcome);
    const unknown = strange.map(() => 'unknown');
    expect(await outcomes(7)).toEqual(['not_stored', 'expired', 'expired', 'found', ...unknown]);
    expect(await outcomes(8)).toEqual(['foreign', 'foreign', 'foreign', 'foreign', ...unknown]);
  });
});

describe('the rows of uploads', () => {
  it('are what their streams lead to, and a rebuild restores them', async () => {
    const links = await Promise.all(upTo(3).map(() => here.presign({}, { now: ago(30) })));
    const [first = await here.presign()] = links;
    await here.receive(first, png, { now: ago(20) });
    await here.expire.run(new AbortController().signal);
    await here.presign();
    const compare = (): Promise<unknown> => compareInlineRows(here.kernel.pool, here.kernel.store, UPLOAD_ROWS);
    expect(await compare()).toEqual([]);
    await database.pool.query("update uploads set sha256 = 'forged' where status = 'stored'");
    await database.pool.query("delete from uploads where status = 'expired'");
    expect(await compare()).toEqual([{ table: 'uploads', unexpected: 1, missing: 3 }]);
    await rebuildInlineRows(here.kernel.pool, here.kernel.store, UPLOAD_ROWS);
    expect(await compare()).toEqual([]);
  });
});
