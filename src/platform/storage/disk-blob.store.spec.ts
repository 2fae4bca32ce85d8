import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { behavesLikeABlobStore } from '../../../test/contract/blob-store.contract.js';
import { DiskBlobStore } from './disk-blob.store.js';
import { BlobCorrupt, StorageUnavailable } from './storage.errors.js';

const NOBODY = 65_534;
const EVERYTHING_BUT_DATE = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-blobs-'));
  await chmod(folder, 0o755);
  return folder;
}

async function openStore(root: string): Promise<DiskBlobStore> {
  const store = new DiskBlobStore(root);
  await store.prepare();
  return store;
}

const pathOf = (root: string, sha256: string): string => join(root, sha256.slice(0, 2), sha256);

async function addresses(store: DiskBlobStore): Promise<string[]> {
  const found: string[] = [];
  for await (const address of store.list()) found.push(address);
  return found;
}

behavesLikeABlobStore('DiskBlobStore', async () => {
  const root = join(await newFolder(), 'made', 'by', 'the-store');
  return {
    store: await openStore(root),
    another: () => openStore(root),
    replace: (sha256, content) => writeFile(pathOf(root, sha256), content),
    age: (sha256, ms) => utimes(pathOf(root, sha256), new Date(), new Date(Date.now() - ms)),
    dispose: () => rm(root, { recursive: true, force: true }),
  };
});

describe('DiskBlobStore on its disk', () => {
  let root: string;
  beforeEach(async () => {
    root = await newFolder();
  });
  afterEach(async () => {
    await chmod(root, 0o755);
    await rm(root, { recursive: true, force: true });
  });

  it('keeps a blob in two levels of folders and nothing beside it', async () => {
    const store = await openStore(root);
    const { sha256 } = await store.put(Buffer.from('one'));
    expect(
      (await readdir(root, { recursive: true, withFileTypes: true })).filter((each) => each.isFile()),
    ).toHaveLength(1);
    expect(await readdir(join(root, sha256.slice(0, 2)))).toEqual([sha256]);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  it('shows nothing of a write whose process died before the rename', async () => {
    const store = await openStore(root);
    const content = Buffer.from('half written');
    await writeFile(join(root, 'tmp', 'left-behind'), content.subarray(0, 4));
    expect(await addresses(store)).toEqual([]);
    await store.put(content);
    expect(await addresses(store)).toHaveLength(1);
  });

  it('sweeps what dead writers left more than an hour ago, and leaves younger files to their writers', async () => {
    await openStore(root);
    await writeFile(join(root, 'tmp', 'old'), 'x');
    await writeFile(join(root, 'tmp', 'young'), 'x');
    const before = new Date(Date.now() - 3_700_000);
    await utimes(join(root, 'tmp', 'old'), before, before);
    await Promise.all([openStore(root), openStore(root)]);
    expect(await readdir(join(root, 'tmp'))).toEqual(['young']);
  });

  it('holds a content that comes in under tmp alone, until it is kept or broke off', async () => {
    const store = await openStore(root);
    const staged = await store.stage(Readable.from([Buffer.from('in '), Buffer.from('pieces')]));
    expect(await readdir(join(root, 'tmp'))).toHaveLength(1);
    await staged.keep();
    await expect(
      store.stage(
        Readable.from([Buffer.from('x')]).map(() => {
          throw new RangeError('The line broke');
        }),
      ),
    ).rejects.toThrow(RangeError);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
  });

  it('puts back what a removal that died had moved aside', async () => {
    const store = await openStore(root);
    const { sha256 } = await store.put(Buffer.from('nearly gone'));
    await mkdir(join(root, 'removed'));
    await rename(pathOf(root, sha256), join(root, 'removed', sha256));
    expect(await store.stat(sha256)).toBeNull();
    await openStore(root);
    expect((await store.read(sha256)).toString()).toBe('nearly gone');
    expect(await readdir(join(root, 'removed'))).toEqual([]);
  });

  it('leaves a blob that was put anew while an older file of it was aside', async () => {
    const store = await openStore(root);
    const { sha256 } = await store.put(Buffer.from('put anew'));
    await mkdir(join(root, 'removed'));
    await rename(pathOf(root, sha256), join(root, 'removed', sha256));
    await utimes(join(root, 'removed', sha256), 1, 1);
    await store.put(Buffer.from('put anew'));
    await store.tidy();
    expect(await store.remove(sha256, new Date(Date.now() - 3_600_000))).toBe(false);
    expect(await readdir(join(root, 'removed'))).toEqual([]);
  });

  it('checks a blob again when the file changed while its size stayed', async () => {
    const store = await openStore(root);
    const { sha256 } = await store.put(Buffer.from('abcd'));
    (await store.open(sha256)).resume();
    await writeFile(pathOf(root, sha256), 'abcX');
    await expect(store.open(sha256)).rejects.toThrow(BlobCorrupt);
  });

  it('finds a truncated file', async () => {
    const store = await openStore(root);
    const { sha256 } = await store.put(Buffer.alloc(10_000, 7));
    await truncate(pathOf(root, sha256), 9_999);
    await expect(store.read(sha256)).rejects.toThrow(BlobCorrupt);
  });

  it('ignores files and folders that are none of its own', async () => {
    const store = await openStore(root);
    await mkdir(join(root, 'lost+found'));
    await mkdir(join(root, 'ab', 'cd'), { recursive: true });
    await writeFile(join(root, 'ab', 'cd', 'notes.txt'), 'x');
    expect(await addresses(store)).toEqual([]);
  });

  describe.each([
    ['ahead', 3_700_000],
    ['behind', -3_700_000],
  ])('in a process whose clock is more than an hour %s', (_, offsetMs) => {
    beforeEach(() => {
      jest.useFakeTimers({ now: Date.now() + offsetMs, doNotFake: EVERYTHING_BUT_DATE });
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('tells the time of its disk, and leaves alone what was written or put again just now', async () => {
      const store = await openStore(root);
      const { sha256 } = await store.put(Buffer.from('put anew'));
      await utimes(pathOf(root, sha256), 1, 1);
      await store.put(Buffer.from('put anew'));
      await writeFile(join(root, 'tmp', 'young'), 'x');
      const { mtimeMs } = await stat(join(root, 'tmp', 'young'));
      expect(Math.abs((await store.now()).getTime() - mtimeMs)).toBeLessThan(60_000);
      await store.tidy();
      expect(await readdir(join(root, 'tmp'))).toEqual(['young']);
      expect(await store.remove(sha256, new Date(mtimeMs - 60_000))).toBe(false);
    });
  });

  it('says that storage is unavailable, with the reason, on a folder that it may not write to', async () => {
    const store = await openStore(root);
    const { sha256 } = await store.put(Buffer.from('readable'));
    await chmod(join(root, 'tmp'), 0o555);
    await chmod(root, 0o555);
    const isRoot = process.geteuid?.() === 0;
    // Root may write anywhere, so it steps down for these lines.
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      const failure: unknown = await store.put(Buffer.from('new')).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StorageUnavailable);
      expect(failure).toMatchObject({ code: 'unavailable', cause: { code: 'EACCES' } });
      await expect(store.check()).rejects.toThrow(StorageUnavailable);
      expect((await store.read(sha256)).toString()).toBe('readable');
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(join(root, 'tmp'), 0o755);
    }
  });

  it('says that storage is unavailable when something else is in the place of its folder', async () => {
    const file = join(root, 'file');
    await writeFile(file, 'x');
    const store = new DiskBlobStore(file);
    await expect(store.prepare()).rejects.toThrow(StorageUnavailable);
    await expect(store.put(Buffer.from('x'))).rejects.toThrow(StorageUnavailable);
    await expect(store.read('a'.repeat(64))).rejects.toThrow(StorageUnavailable);
  });

  it('works on when its folder was removed', async () => {
    const store = await openStore(root);
    const content = Buffer.from('again');
    await store.put(content);
    await rm(root, { recursive: true });
    expect(await addresses(store)).toEqual([]);
    const { sha256 } = await store.put(content);
    expect((await store.read(sha256)).equals(content)).toBe(true);
  });
});
