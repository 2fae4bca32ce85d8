import { randomUUID } from 'node:crypto';
import { Installation } from '../../src/platform/database/installation.js';
import { BlobReferences } from '../../src/platform/storage/blob-references.store.js';
import type { BlobStore } from '../../src/platform/storage/blob-store.port.js';
import { BlobSweeper } from '../../src/platform/storage/blob-sweeper.js';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf } from '../support/event-samples.js';
import { KernelProcess } from '../support/kernel-process.js';
import { BlobFolder } from '../support/upload-parts.js';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let folder: BlobFolder;
let kernel: KernelProcess;

beforeEach(async () => {
  database = await freshDatabase();
  folder = await BlobFolder.make();
  kernel = new KernelProcess(database.url);
});
afterEach(async () => {
  await kernel.close();
  await database.drop();
  await folder.remove();
});

/** A job of another process puts its picture, which is the orphan's content, when the orphan's fate is settled. */
class StoringAtTheLastMoment extends DiskBlobStore {
  isAsked = false;

  constructor(
    root: string,
    private readonly content: string,
  ) {
    super(root);
  }

  override async remove(sha256: string, before: Date): Promise<boolean> {
    this.isAsked = true;
    await folder.store.put(Buffer.from(this.content));
    return super.remove(sha256, before);
  }
}

/** As the modules of the program declare it; test/e2e sees that they do. */
const sweeper = (store: BlobStore = folder.store): BlobSweeper => {
  const references = new BlobReferences(kernel.pool);
  references.add(
    { table: 'artifacts', column: 'sha256' },
    { table: 'artifacts', column: 'poster_sha256' },
    { table: 'artifacts', column: 'preview_sha256' },
    { table: 'thumbnails', column: 'thumbnail_sha256', madeFrom: 'sha256' },
    { table: 'uploads', column: 'sha256' },
  );
  return new BlobSweeper(store, references, new Installation(kernel.pool));
};

/** A blob whose last put was more than an hour ago. */
const plant = async (text: string, ageMs = HOUR_MS + 5_000): Promise<string> => {
  const { sha256 } = await folder.store.put(Buffer.from(text));
  await folder.age(ageMs, sha256);
  return sha256;
};
const refer = {
  artifact: (sha256: string): Promise<unknown> =>
    database.pool.query(
      `insert into artifacts (id, run_id, variant, content_type, width, height, bytes, sha256, seed)
       values ($1, $2, 0, 'image/png', 1, 1, 1, $3, 1)`,
      [randomUUID(), randomUUID(), sha256],
    ),
  upload: (sha256: string): Promise<unknown> =>
    database.pool.query(
      `insert into uploads (upload_id, version, user_id, filename, content_type, size, created_at, expires_at, status, sha256)
       values ($1, 2, 1, 'a.png', 'image/png', 1, now(), now(), 'stored', $2)`,
      [randomUUID(), sha256],
    ),
  thumbnail: (of: string, sha256: string): Promise<unknown> =>
    database.pool.query('insert into thumbnails values ($1, $2, 1)', [of, sha256]),
};

describe('the sweeper of blobs', () => {
  it('removes what nothing refers to, and leaves what is referred to and what is younger than an hour', async () => {
    const orphan = await plant('orphan');
    const kept = await Promise.all(['artifact', 'its thumbnail', 'upload', 'fresh'].map((text) => plant(text)));
    const [artifact = '', thumbnail = '', upload = '', fresh = ''] = kept;
    await refer.artifact(artifact);
    await refer.thumbnail(artifact, thumbnail);
    await refer.upload(upload);
    await folder.age(HOUR_MS - 60_000, fresh);
    expect(await folder.addresses()).toContain(orphan);
    expect(await sweeper().sweep()).toBe(1);
    expect(await folder.addresses()).toEqual([...kept].sort());
    expect(await sweeper().sweep()).toBe(0);
  });

  it('leaves what the log alone names: a read model can be gone, and the pictures must not go with it', async () => {
    const [named, elsewhere] = [await plant('named by an event'), await plant('named by nobody')];
    await kernel.store.append(appendOf([{ picture: { deep: [{ sha256: named }] } }, 'another note']));
    expect(await sweeper().sweep()).toBe(1);
    expect(await folder.addresses()).toEqual([named]);
    expect(elsewhere).not.toBe(named);
  });

  it('removes what was made from an orphan together with it', async () => {
    const [orphan, thumbnail] = [await plant('orphan'), await plant('its thumbnail')];
    await refer.thumbnail(orphan, thumbnail);
    expect(await sweeper().sweep()).toBe(2);
    expect((await database.pool.query('select from thumbnails')).rowCount).toBe(0);
  });

  it('leaves an orphan that is put again in that moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const sha256 = await plant('wanted again');
      await Promise.all([sweeper().sweep(), folder.store.put(Buffer.from('wanted again'))]);
      expect((await folder.store.read(sha256)).toString()).toBe('wanted again');
    }
  });

  it('leaves an orphan that a job stores again after it was judged and before it is removed, and with it the event to come', async () => {
    const sha256 = await plant('made again');
    const store = new StoringAtTheLastMoment(folder.path, 'made again');
    expect(await sweeper(store).sweep()).toBe(0);
    expect(store.isAsked).toBe(true);
    await kernel.store.append(appendOf([{ artifact: { sha256 } }]));
    await folder.age(HOUR_MS + 5_000, sha256);
    expect(await sweeper().sweep()).toBe(0);
    expect((await folder.store.read(sha256)).toString()).toBe('made again');
  });

  it('may run in several processes at once', async () => {
    const orphans = await Promise.all(Array.from({ length: 40 }, (_, n) => plant(`orphan ${String(n)}`)));
    const kept = await plant('kept');
    await refer.artifact(kept);
    const removed = await Promise.all([sweeper().sweep(), sweeper().sweep(), sweeper().sweep()]);
    expect(removed.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(orphans.length);
    expect(await folder.addresses()).toEqual([kept]);
  });

  it('removes nothing from a storage that another database has marked as its own', async () => {
    const orphan = await plant('of another database');
    await folder.store.claim('another');
    await expect(sweeper().sweep()).rejects.toMatchObject({ name: 'SweepRefused' });
    expect(await folder.addresses()).toEqual([orphan]);
  });

  it('removes nothing while a column could refer to blobs and nobody has declared it', async () => {
    const orphan = await plant('orphan');
    await database.pool.query('create table posters (id uuid primary key, poster_sha256 text not null)');
    await expect(sweeper().sweep()).rejects.toThrow('posters.poster_sha256');
    expect(await folder.addresses()).toEqual([orphan]);
  });

  it('stops when it is told to, and has removed nothing until then', async () => {
    const orphan = await plant('orphan');
    await expect(sweeper().sweep(AbortSignal.abort(new RangeError('The process stops')))).rejects.toThrow(RangeError);
    expect(await folder.addresses()).toEqual([orphan]);
  });

  it('asks indexes who refers to a blob', async () => {
    const { rows } = await database.pool.query<{ table: string }>(
      `select tablename as table from pg_indexes where indexdef ~ 'USING hash \\((thumbnail_)?sha256\\)' order by 1`,
    );
    expect(rows.map(({ table }) => table)).toEqual(['artifacts', 'thumbnails', 'uploads']);
  });
});
