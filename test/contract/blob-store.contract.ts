import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../../src/platform/storage/blob-store.port.js';
import { BlobCorrupt, BlobNotFound } from '../../src/platform/storage/storage.errors.js';

/** One empty store and what a test may do to it. */
export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  /** The same blobs as another process sees them. */
  another(): Promise<BlobStore>;
  /** Puts other bytes in the place of a blob, as a failing medium would. */
  replace(sha256: string, content: Buffer): Promise<void>;
  /** Makes a blob look as if its last put had been so many milliseconds ago. */
  age(sha256: string, ms: number): Promise<void>;
  dispose(): Promise<void>;
}

const addressOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const UNKNOWN = 'f'.repeat(64);
const HOUR_MS = 3_600_000;
const anHourAgo = (): Date => new Date(Date.now() - HOUR_MS);

async function* inChunks(content: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += size)
    yield await Promise.resolve(content.subarray(start, start + size));
}

async function* brokenAfter(content: Buffer): AsyncGenerator<Buffer> {
  yield* inChunks(content);
  throw new RangeError('The line broke');
}
const NO_ADDRESSES = ['', 'abc', '../../../etc/passwd', `${'a'.repeat(62)}/.`, 'A'.repeat(64), `${'a'.repeat(64)}\0`];

async function listed(store: BlobStore, before?: Date): Promise<string[]> {
  const found: string[] = [];
  for await (const address of store.list(before)) found.push(address);
  return found.sort();
}

/** What every adapter of the blob storage keeps. */
export function behavesLikeABlobStore(name: string, make: () => Promise<BlobStoreUnderTest>): void {
  describe(`${name} as a blob store`, () => {
    let test: BlobStoreUnderTest;
    let store: BlobStore;
    beforeEach(async () => {
      test = await make();
      store = test.store;
    });
    afterEach(() => test.dispose());

    it.each([0, 1, 1000, 65_536, 3_000_000])('gives back %d bytes under their SHA-256', async (size) => {
      const content = randomBytes(size);
      const blob = await store.put(content);
      expect(blob).toEqual({ sha256: addressOf(content), bytes: size });
      expect(await store.stat(blob.sha256)).toEqual(blob);
      expect((await store.read(blob.sha256)).equals(content)).toBe(true);
      expect((await buffer(await store.open(blob.sha256))).equals(content)).toBe(true);
    });

    it('keeps blobs for the next process', async () => {
      const { sha256 } = await store.put(Buffer.from('lasting'));
      const other = await test.another();
      expect((await other.read(sha256)).toString()).toBe('lasting');
    });

    it('stores the same content once, whoever puts it how often at once', async () => {
      const content = randomBytes(100_000);
      const other = await test.another();
      const blobs = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : other).put(content)),
      );
      expect(new Set(blobs.map(({ sha256 }) => sha256))).toEqual(new Set([addressOf(content)]));
      expect(await listed(store)).toEqual([addressOf(content)]);
      expect((await store.read(addressOf(content))).equals(content)).toBe(true);
    });

    it('serves ranges with both ends inclusive', async () => {
      const { sha256 } = await store.put(Buffer.from('0123456789'));
      const part = async (start: number, end: number): Promise<string> =>
        (await buffer(await store.open(sha256, { start, end }))).toString();
      expect(await part(0, 0)).toBe('0');
      expect(await part(2, 5)).toBe('2345');
      expect(await part(0, 9)).toBe('0123456789');
      expect(await part(9, 9)).toBe('9');
      expect(await part(7, 100)).toBe('789');
    });

    it('lists every blob once', async () => {
      const contents = Array.from({ length: 40 }, (_, index) => Buffer.from(`blob ${String(index)}`));
      await Promise.all(contents.map((content) => store.put(content)));
      expect(await listed(store)).toEqual(contents.map(addressOf).sort());
    });

    it('lists those alone that nobody has put for some time', async () => {
      const [old, fresh] = await Promise.all([store.put(Buffer.from('old')), store.put(Buffer.from('fresh'))]);
      await test.age(old.sha256, HOUR_MS + 1_000);
      expect(await listed(store, anHourAgo())).toEqual([old.sha256]);
      expect(await listed(store, new Date(Date.now() + 1_000))).toEqual([old.sha256, fresh.sha256].sort());
    });

    it('lists nothing when there is nothing', async () => {
      expect(await listed(store)).toEqual([]);
    });

    it('knows no blob that was never put', async () => {
      expect(await store.stat(UNKNOWN)).toBeNull();
      await expect(store.read(UNKNOWN)).rejects.toThrow(BlobNotFound);
      await expect(store.open(UNKNOWN)).rejects.toMatchObject({ code: 'not_found' });
    });

    it.each(NO_ADDRESSES)('finds nothing under %j, which is no address', async (address) => {
      expect(await store.stat(address)).toBeNull();
      await expect(store.read(address)).rejects.toThrow(BlobNotFound);
      await expect(store.open(address)).rejects.toThrow(BlobNotFound);
    });

    describe.each([
      ['changed', (content: Buffer) => Buffer.concat([content.subarray(0, -1), Buffer.from('X')])],
      ['cut short', (content: Buffer) => content.subarray(0, 10)],
      ['emptied', () => Buffer.alloc(0)],
    ])('bytes that were %s', (_, damage) => {
      const content = Buffer.from('the bytes of an artifact, as they were put');

      it('are found before the first one is served', async () => {
        const { sha256 } = await store.put(content);
        await test.replace(sha256, damage(content));
        await expect(store.read(sha256)).rejects.toThrow(BlobCorrupt);
        await expect(store.open(sha256)).rejects.toThrow(BlobCorrupt);
        await expect(store.open(sha256, { start: 0, end: 3 })).rejects.toThrow(BlobCorrupt);
      });

      it('are found although the blob was served before', async () => {
        const { sha256 } = await store.put(content);
        await buffer(await store.open(sha256));
        await test.replace(sha256, damage(content));
        await expect(store.open(sha256)).rejects.toThrow(BlobCorrupt);
      });

      it('are put right by putting the content again', async () => {
        const { sha256 } = await store.put(content);
        await test.replace(sha256, damage(content));
        await store.put(content);
        expect((await store.read(sha256)).equals(content)).toBe(true);
      });
    });

    describe('a content that comes in chunks', () => {
      it.each([0, 1, 70_000])('is a blob like any other once it is kept: %d bytes', async (size) => {
        const content = randomBytes(size);
        const staged = await store.stage(inChunks(content));
        const blob = { sha256: addressOf(content), bytes: size };
        expect({ sha256: staged.sha256, bytes: staged.bytes }).toEqual(blob);
        expect((await staged.read()).equals(content)).toBe(true);
        expect(await staged.keep()).toEqual(blob);
        expect((await (await test.another()).read(blob.sha256)).equals(content)).toBe(true);
      });

      it('is nowhere to be found before', async () => {
        const staged = await store.stage(inChunks(randomBytes(5_000)));
        expect(await store.stat(staged.sha256)).toBeNull();
        expect(await listed(store)).toEqual([]);
      });

      it('is forgotten when it is dropped, also after it was kept, which stays', async () => {
        const [unwanted, wanted] = [randomBytes(100), randomBytes(100)];
        const dropped = await store.stage(inChunks(unwanted));
        await dropped.drop();
        await expect(dropped.keep()).rejects.toMatchObject({ code: 'unavailable' });
        const kept = await store.stage(inChunks(wanted));
        await kept.keep();
        await kept.drop();
        expect(await listed(store)).toEqual([addressOf(wanted)]);
      });

      it('leaves nothing behind where it breaks off, and the reason is told', async () => {
        await expect(store.stage(brokenAfter(randomBytes(5_000)))).rejects.toThrow(RangeError);
        expect(await listed(store)).toEqual([]);
      });

      it('is stored once with the same content of others, and puts a damaged one right', async () => {
        const content = randomBytes(50_000);
        const { sha256 } = await store.put(content);
        await test.replace(sha256, Buffer.alloc(50_000));
        const staged = await Promise.all(Array.from({ length: 5 }, () => store.stage(inChunks(content, 4_096))));
        await Promise.all(staged.map((each) => each.keep()));
        expect(await listed(store)).toEqual([sha256]);
        expect((await store.read(sha256)).equals(content)).toBe(true);
      });
    });

    describe('a blob', () => {
      const content = Buffer.from('wanted by nobody');

      it('is removed when nobody has put it since then', async () => {
        const { sha256 } = await store.put(content);
        await test.age(sha256, HOUR_MS + 1_000);
        expect(await store.remove(sha256, anHourAgo())).toBe(true);
        expect(await store.stat(sha256)).toBeNull();
        expect(await listed(store)).toEqual([]);
        expect(await store.remove(sha256, anHourAgo())).toBe(false);
      });

      it.each([
        ['put', (): Promise<unknown> => store.put(content)],
        ['kept', (): Promise<unknown> => store.stage(inChunks(content)).then((staged) => staged.keep())],
      ])('stays when it is younger, also by being %s again', async (_, again) => {
        const { sha256 } = await store.put(content);
        expect(await store.remove(sha256, anHourAgo())).toBe(false);
        await test.age(sha256, HOUR_MS + 1_000);
        await again();
        expect(await store.remove(sha256, anHourAgo())).toBe(false);
        expect((await store.read(sha256)).equals(content)).toBe(true);
      });

      it('that is put in the moment of its removal is there afterwards', async () => {
        const other = await test.another();
        for (let round = 0; round < 100; round += 1) {
          const { sha256 } = await store.put(content);
          await test.age(sha256, HOUR_MS + 1_000);
          await Promise.all([other.remove(sha256, anHourAgo()), store.put(content)]);
          expect((await store.read(sha256)).equals(content)).toBe(true);
        }
      });

      it.each(NO_ADDRESSES)('is none under %j, which is no address, and nothing is removed', async (address) => {
        expect(await store.remove(address, new Date(Date.now() + HOUR_MS))).toBe(false);
      });
    });

    it('belongs to the first who claims it, for every process', async () => {
      const other = await test.another();
      const owners = ['one', 'two', 'three'];
      const claims = await Promise.all(owners.map((owner, index) => (index % 2 === 0 ? store : other).claim(owner)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await Promise.all(owners.map((owner) => other.claim(owner)))).toEqual(claims);
      expect(await listed(store)).toEqual([]);
    });

    it('checks that it can write and read, and leaves nothing behind', async () => {
      await store.check();
      expect(await listed(store)).toEqual([]);
    });
  });
}
