import { readFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { forgedPng, pictureOf, textBomb } from '../support/pictures.js';
import { chunkOf, UploadClient } from '../support/upload-client.js';

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

describe('the process that takes uploads', () => {
  /** Resident set in megabytes. */
  const rss = (): number => {
    const text = readFileSync(`/proc/${String(suite.process.pid)}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024;
  };

  it('holds no body in memory while it comes in', async () => {
    const link = await client.presign({ size: MAX_BYTES });
    const before = rss();
    const part = chunkOf(Buffer.alloc(MAX_BYTES - MEGABYTE, 1));
    const sockets = await Promise.all(Array.from({ length: 20 }, () => client.begin(link, 'chunked', part)));
    await client.untilUnfinished(20);
    expect(rss() - before).toBeLessThan(150);
    for (const socket of sockets) socket.destroy();
    await client.untilUnfinished(0);
  });

  it('is not blown up by a comment that unfolds to a gigabyte', async () => {
    const bomb = forgedPng(20, 20, textBomb(1_024));
    const before = rss();
    const link = await client.presign({ size: bomb.length });
    await Promise.all(Array.from({ length: 6 }, () => client.put(link, bomb)));
    expect(rss() - before).toBeLessThan(200);
  });

  it('writes no signature to its log', () => {
    expect(suite.process.output()).not.toMatch(/signature=[\w-]{20}/);
  });
});

describe('a link that has run out', () => {
  let shortLived: DarkroomSuite;
  beforeAll(async () => {
    shortLived = await DarkroomSuite.start({ UPLOAD_LINK_SECONDS: '1' });
  });
  afterAll(() => shortLived.stop());

  it('is refused with the reason, and its upload is expired', async () => {
    const late = new UploadClient(shortLived);
    const link = await late.presign();
    const state = await eventually(
      () => late.state(link),
      ({ status }) => status === 'expired',
    );
    expect(state).toMatchObject({ sha256: null, stored_at: null });
    expect(await late.put(link, png)).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: `The link was good until ${link.expires_at}; ask for another one` },
    });
  });
});

describe('a worker', () => {
  let sweeping: DarkroomSuite;
  beforeAll(async () => {
    sweeping = await DarkroomSuite.start({ SWEEP_SECONDS: '1' });
  });
  afterAll(() => sweeping.stop());

  const artifacts = (): string => join(sweeping.process.home, 'artifacts');
  const plant = async (content: string): Promise<string> =>
    (await new DiskBlobStore(artifacts()).put(Buffer.from(content))).sha256;
  /** Makes blobs look as if nobody had put them for more than an hour. */
  const age = async (...addresses: readonly string[]): Promise<void> => {
    const then = new Date(Date.now() - 3_700_000);
    for (const sha256 of addresses) await utimes(join(artifacts(), sha256.slice(0, 2), sha256), then, then);
  };
  const isThere = (sha256: string): boolean => new UploadClient(sweeping).files().some((name) => name.endsWith(sha256));
  const swept = (sha256: string): Promise<boolean> =>
    eventually(
      () => Promise.resolve(!isThere(sha256)),
      (gone) => gone,
    );

  it('sweeps what nothing refers to while it serves, and nothing else', async () => {
    const uploader = new UploadClient(sweeping);
    const { body: made } = await sweeping.generate(OK);
    const [artifact] = (await sweeping.detail(made.run_id)).artifacts;
    const thumbnail = await sweeping.api.get(artifact?.thumbnail_url ?? '');
    const { body: upload } = await uploader.put(await uploader.presign(), png);
    const kept = [artifact?.sha256 ?? '', thumbnail.headers.etag?.replaceAll('"', '') ?? '', upload.sha256];
    const [fresh, orphan] = [await plant('fresh'), await plant('orphan')];
    await age(...kept, orphan);
    await swept(orphan);
    // One that is planted after the first is gone: then a whole round has seen everything else.
    const second = await plant('second orphan');
    await age(second);
    await swept(second);
    expect([...kept, fresh].map(isThere)).toEqual([true, true, true, true]);
  });
});

describe('a process that is killed in the middle of an upload', () => {
  it('leaves the link as good as before for the next one, which knows its signature', async () => {
    const [broken, stored] = [await client.presign(), await client.presign()];
    expect((await client.put(stored, png)).status).toBe(200);
    const socket = await client.begin(broken, png.length, png.subarray(0, 1_000));
    await client.untilUnfinished(1);
    await suite.process.end('SIGKILL');
    socket.destroy();
    await suite.restart();
    expect((await client.state(broken)).status).toBe('pending');
    expect((await client.put(broken, png)).status).toBe(200);
    expect((await client.put(stored, png)).status).toBe(409);
  });
});
