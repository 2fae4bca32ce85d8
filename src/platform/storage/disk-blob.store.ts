import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, link, open, opendir, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { isOlder, removeUnlessFresh, restoreAll, sweepOlder } from './blob-removal.js';
import { BlobStore, type ByteRange, type StagedBlob, type StoredBlob } from './blob-store.port.js';
import { guarded, isMissing } from './disk-faults.js';
import { makeFolder, syncFolder } from './durable-folder.js';
import { StagedFile } from './staged-file.js';
import { BlobCorrupt, BlobNotFound, StorageUnavailable } from './storage.errors.js';
import { VerifiedFiles } from './verified-files.js';

const ADDRESS = /^[0-9a-f]{64}$/;
const FAN_OUT = /^[0-9a-f]{2}$/;
/** By age alone: the number of a dead process may belong to a living one, and no write takes an hour. */
const TEMPORARY_LIFE_MS = 3_600_000;
/** Below this, hashing takes less time here than its way to another thread. */
const HASHED_HERE_BYTES = 65_536;

const hash = async (content: Buffer): Promise<string> =>
  content.length < HASHED_HERE_BYTES
    ? createHash('sha256').update(content).digest('hex')
    : Buffer.from(await webcrypto.subtle.digest('SHA-256', new Uint8Array(content))).toString('hex');

/** Folders are there but for the first time, so they are made only when the work misses them. */
async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await makeFolder(folder);
    return work();
  }
}

/** Blobs as files `ab/<sha256>` under one folder, which any number of processes may share. */
export class DiskBlobStore extends BlobStore {
  private readonly temporary: string;
  /** Where a blob waits for the last look before it is removed. */
  private readonly aside: string;
  private readonly verified = new VerifiedFiles();
  /** Folders whose own entries this process knows to be on the disk. */
  private readonly flushed = new Set<string>();

  constructor(private readonly root: string) {
    super();
    this.temporary = join(root, 'tmp');
    this.aside = join(root, 'removed');
  }

  /** Makes the folder and tidies it. @throws StorageUnavailable */
  async prepare(): Promise<void> {
    await guarded('to start', () => makeFolder(this.temporary));
    await this.tidy();
  }

  async put(content: Buffer): Promise<StoredBlob> {
    const sha256 = await hash(content);
    await guarded('to write', async () => {
      const path = this.pathOf(sha256);
      // A damaged file is put right; an intact one of another process may not have its folder entry on the disk yet.
      const there = (await this.isIntact(path, sha256, content.length)) && (await this.touch(path));
      if (!there) await this.write(path, content);
      await this.flushNames(dirname(path));
    });
    return { sha256, bytes: content.length };
  }

  async stage(content: AsyncIterable<Uint8Array>): Promise<StagedBlob> {
    await guarded('to write', () => makeFolder(this.temporary));
    return StagedFile.receive(join(this.temporary, randomUUID()), content, async (file, sha256) => {
      const path = this.pathOf(sha256);
      // In the place of one that is there, which it may put right: the bytes are the same.
      await withFolder(dirname(path), () => rename(file, path));
      await this.flushNames(dirname(path));
    });
  }

  async stat(sha256: string): Promise<StoredBlob | null> {
    if (!ADDRESS.test(sha256)) return null;
    return guarded('to look up a blob', async () => {
      try {
        const { size } = await stat(this.pathOf(sha256));
        return { sha256, bytes: size };
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    });
  }

  async read(sha256: string): Promise<Buffer> {
    const content = await this.reading(sha256, (path) => readFile(path));
    if ((await hash(content)) !== sha256) throw new BlobCorrupt(sha256);
    return content;
  }

  async open(sha256: string, range?: ByteRange): Promise<Readable> {
    return this.reading(sha256, async (path) => {
      const file = await open(path, constants.O_RDONLY);
      try {
        await this.verified.verify(file, sha256);
        return file.createReadStream(range ? { start: range.start, end: range.end } : { start: 0 });
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  now(): Promise<Date> {
    return guarded('to tell the time', () => this.clock());
  }

  async *list(before?: Date): AsyncGenerator<string> {
    for (const folder of await this.folders()) {
      for await (const address of this.addresses(join(this.root, folder)))
        if (before === undefined || (await guarded('to list', () => isOlder(this.pathOf(address), before))))
          yield address;
    }
  }

  async remove(sha256: string, before: Date): Promise<boolean> {
    if (!ADDRESS.test(sha256)) return false;
    return guarded('to remove a blob', () => removeUnlessFresh(this.pathOf(sha256), join(this.aside, sha256), before));
  }

  async tidy(): Promise<void> {
    await guarded('to tidy', async () => {
      await restoreAll(this.aside, (name) => this.pathOf(name));
      await sweepOlder(this.temporary, new Date((await this.clock()).getTime() - TEMPORARY_LIFE_MS));
    });
  }

  async claim(owner: string): Promise<boolean> {
    const [mark, draft] = [join(this.root, 'owner'), join(this.temporary, randomUUID())];
    return guarded('to mark', async () => {
      try {
        await withFolder(this.temporary, () => this.writeDurably(draft, Buffer.from(owner)));
        // Whole or not at all, and only where there is none.
        await link(draft, mark);
        await syncFolder(this.root);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return (await readFile(mark, 'utf8')) === owner;
      } finally {
        await unlink(draft).catch(() => undefined);
      }
    });
  }

  async check(): Promise<void> {
    await guarded('a probe', async () => {
      const path = join(this.temporary, `probe-${randomUUID()}`);
      const probe = Buffer.from(path);
      try {
        await this.writeDurably(path, probe);
        if (!probe.equals(await readFile(path))) {
          throw new StorageUnavailable('a probe', { cause: new Error('it came back changed') });
        }
      } finally {
        await unlink(path).catch(() => undefined);
      }
    });
  }

  private pathOf(sha256: string): string {
    return join(this.root, sha256.slice(0, 2), sha256);
  }

  private reading<T>(sha256: string, action: (path: string) => Promise<T>): Promise<T> {
    if (!ADDRESS.test(sha256)) return Promise.reject(new BlobNotFound(sha256));
    return guarded(`to read ${sha256}`, async () => {
      try {
        return await action(this.pathOf(sha256));
      } catch (error) {
        if (isMissing(error)) throw new BlobNotFound(sha256);
        throw error;
      }
    });
  }

  private async isIntact(path: string, sha256: string, bytes: number): Promise<boolean> {
    try {
      const content = await readFile(path);
      return content.length === bytes && (await hash(content)) === sha256;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Tells a sweeper that somebody relies on the blob again. @returns false where one was faster */
  private async touch(path: string): Promise<boolean> {
    const now = await this.clock();
    try {
      await utimes(path, now, now);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /**
   * The disk may be another machine's, and a clock that is wrong here must neither age its files nor keep them young. Setting a mode as it is
   * dates the change by the disk's clock, and needs no room on a full one.
   */
  private clock(): Promise<Date> {
    return withFolder(this.temporary, async () => {
      await chmod(this.temporary, (await stat(this.temporary)).mode & 0o7777);
      return (await stat(this.temporary)).ctime;
    });
  }

  /** A name appears only with all of its bytes behind it, whenever the power goes. */
  private async write(path: string, content: Buffer): Promise<void> {
    const temporary = join(this.temporary, randomUUID());
    try {
      await withFolder(this.temporary, () => this.writeDurably(temporary, content));
      await withFolder(dirname(path), () => rename(temporary, path));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }

  /** Flushes the entry of a blob, and that of its folder once: whoever made it, here or elsewhere, may not have come to it yet. */
  private async flushNames(folder: string): Promise<void> {
    await syncFolder(folder);
    if (this.flushed.has(folder)) return;
    await syncFolder(this.root);
    this.flushed.add(folder);
  }

  private async writeDurably(path: string, content: Buffer): Promise<void> {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  private async folders(): Promise<string[]> {
    return guarded('to list', async () => {
      try {
        return (await readdir(this.root)).filter((name) => FAN_OUT.test(name)).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    });
  }

  private async *addresses(path: string): AsyncGenerator<string> {
    const folder = await guarded('to list', () => opendir(path));
    for await (const { name } of folder) if (ADDRESS.test(name)) yield name;
  }
}
