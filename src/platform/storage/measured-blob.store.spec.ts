import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { behavesLikeABlobStore } from '../../../test/contract/blob-store.contract.js';
import { DiskBlobStore } from './disk-blob.store.js';
import { MeasuredBlobStore } from './measured-blob.store.js';
import { StorageMeter, type StorageMeasure } from './storage-meter.js';

const NOWHERE = 'ab'.repeat(32);

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'darkroom-measured-'));

const openStore = async (folder: string, meter = new StorageMeter()): Promise<MeasuredBlobStore> => {
  const disk = new DiskBlobStore(folder);
  await disk.prepare();
  return new MeasuredBlobStore(disk, meter);
};

behavesLikeABlobStore('MeasuredBlobStore', async () => {
  const folder = await newFolder();
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256);
  return {
    store: await openStore(folder),
    another: () => openStore(folder),
    replace: (sha256, content) => writeFile(pathOf(sha256), content),
    age: (sha256, ms) => utimes(pathOf(sha256), new Date(), new Date(Date.now() - ms)),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
});

describe('a storage that is measured', () => {
  let folder: string;
  let told: StorageMeasure[];
  let store: MeasuredBlobStore;

  beforeEach(async () => {
    folder = await newFolder();
    told = [];
    const meter = new StorageMeter();
    meter.subscribe((measure) => told.push(measure));
    store = await openStore(folder, meter);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const outcomes = (): string[] => told.map(({ operation, outcome }) => `${operation} ${outcome}`);

  it('tells of each operation once, and does what it does', async () => {
    const { sha256 } = await store.put(Buffer.from('a picture'));
    expect((await store.read(sha256)).toString()).toBe('a picture');
    expect(await store.stat(sha256)).toEqual({ sha256, bytes: 9 });
    expect(outcomes()).toEqual(['put ok', 'read ok', 'stat ok']);
    expect(told.every(({ seconds }) => seconds > 0)).toBe(true);
  });

  it('tells of what was not there, and of what failed', async () => {
    await expect(store.read(NOWHERE)).rejects.toThrow('no blob');
    await rm(folder, { recursive: true });
    await writeFile(folder, 'in the way');
    await expect(store.put(Buffer.from('a picture'))).rejects.toThrow('The storage');
    expect(outcomes()).toEqual(['read missing', 'put failed']);
  });

  it('tells of staged bytes when they are kept, as their coming is the pace of whoever sends them', async () => {
    async function* content(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('an upload'));
    }
    const staged = await store.stage(content());
    expect(outcomes()).toEqual([]);
    const { sha256 } = await staged.keep();
    expect((await store.read(sha256)).toString()).toBe('an upload');
    expect(outcomes()).toEqual(['keep ok', 'read ok']);
  });
});
