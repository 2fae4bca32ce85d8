import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskBlobStore } from './disk-blob.store.js';
import { StorageMeter, type StorageMeasure } from './storage-meter.js';

const NOWHERE = 'ab'.repeat(32);

describe('a storage that is measured', () => {
  let folder: string;
  let told: StorageMeasure[];
  let store: DiskBlobStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-measured-'));
    told = [];
    const meter = new StorageMeter();
    meter.subscribe((measure) => told.push(measure));
    store = meter.measure(new DiskBlobStore(folder));
    await store.prepare();
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
