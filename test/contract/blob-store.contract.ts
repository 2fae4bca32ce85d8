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
  dispose(): Promise<void>;
}

const addressOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const UNKNOWN = 'f'.repeat(64);
const NO_ADDRESSES = ['', 'abc', '../../../etc/passwd', `${'a'.repeat(62)}/.`, 'A'.repeat(64), `${'a'.repeat(64)}\0`];

async function listed(store: BlobStore): Promise<string[]> {
  const found: string[] = [];
  for await (const address of store.list()) found.push(address);
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

    it('checks that it can write and read, and leaves nothing behind', async () => {
      await store.check();
      expect(await listed(store)).toEqual([]);
    });
  });
}
