import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, opendir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { BlobStore, type ByteRange, type StoredBlob } from './blob-store.port.js';
import { makeFolder, syncFolder } from './durable-folder.js';
import { BlobCorrupt, BlobNotFound, StorageUnavailable } from './storage.errors.js';

const ADDRESS = /^[0-9a-f]{64}$/;
const FAN_OUT = /^[0-9a-f]{2}$/;
const TEMPORARY_LIFE_MS = 3_600_000;
/** Below this, hashing takes less time here than its way to another thread. */
const HASHED_HERE_BYTES = 65_536;
const REMEMBERED_FILES = 10_000;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
const isSystemError = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).errno === 'number';

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

async function hashOf(file: FileHandle): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** What changes when somebody writes to a file or puts another in its place. */
async function versionOf(file: FileHandle): Promise<string> {
  const { mtimeNs, size, ino } = await file.stat({ bigint: true });
  return `${String(mtimeNs)}-${String(size)}-${String(ino)}`;
}

/** Blobs as files `ab/<sha256>` under one folder, which any number of processes may share. */
export class DiskBlobStore extends BlobStore {
  private readonly temporary: string;
  /** Address → version of the file that was found intact; the oldest leave first. */
  private readonly verified = new Map<string, string>();
  /** Folders whose own entries this process knows to be on the disk. */
  private readonly flushed = new Set<string>();

  constructor(private readonly root: string) {
    super();
    this.temporary = join(root, 'tmp');
  }

  /** Makes the folder and removes what writers that died left there. @throws StorageUnavailable */
  async prepare(): Promise<void> {
    await this.guard('to start', async () => {
      await makeFolder(this.temporary);
      for (const name of await readdir(this.temporary)) await this.sweep(join(this.temporary, name));
    });
  }

  async put(content: Buffer): Promise<StoredBlob> {
    const sha256 = await hash(content);
    await this.guard('to write', async () => {
      const path = this.pathOf(sha256);
      // A damaged file is put right; an intact one of another process may not have its folder entry on the disk yet.
      if (!(await this.isIntact(path, sha256, content.length))) await this.write(path, content);
      await this.flushNames(dirname(path));
    });
    return { sha256, bytes: content.length };
  }

  async stat(sha256: string): Promise<StoredBlob | null> {
    if (!ADDRESS.test(sha256)) return null;
    return this.guard('to look up a blob', async () => {
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
        await this.verify(file, sha256);
        return file.createReadStream(range ? { start: range.start, end: range.end } : { start: 0 });
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  async *list(): AsyncGenerator<string> {
    for (const folder of await this.folders()) yield* this.addresses(join(this.root, folder));
  }

  async check(): Promise<void> {
    await this.guard('a probe', async () => {
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

  /** Names what failed and keeps the operating system's error; our own errors and mistakes in the code pass as they are. */
  private async guard<T>(doing: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new StorageUnavailable(doing, { cause: error });
    }
  }

  private reading<T>(sha256: string, action: (path: string) => Promise<T>): Promise<T> {
    if (!ADDRESS.test(sha256)) return Promise.reject(new BlobNotFound(sha256));
    return this.guard(`to read ${sha256}`, async () => {
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

  private async verify(file: FileHandle, sha256: string): Promise<void> {
    const version = await versionOf(file);
    if (this.verified.get(sha256) === version) return;
    if ((await hashOf(file)) !== sha256) throw new BlobCorrupt(sha256);
    this.verified.delete(sha256);
    this.verified.set(sha256, version);
    const oldest = this.verified.size > REMEMBERED_FILES ? this.verified.keys().next().value : undefined;
    if (oldest !== undefined) this.verified.delete(oldest);
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

  /** By age alone: the number of a dead process may belong to a living one, and no write takes an hour. */
  private async sweep(path: string): Promise<void> {
    try {
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > TEMPORARY_LIFE_MS) await unlink(path);
    } catch (error) {
      // Its writer finished it, or another process swept it.
      if (!isMissing(error)) throw error;
    }
  }

  private async folders(): Promise<string[]> {
    return this.guard('to list', async () => {
      try {
        return (await readdir(this.root)).filter((name) => FAN_OUT.test(name)).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    });
  }

  private async *addresses(path: string): AsyncGenerator<string> {
    const folder = await this.guard('to list', () => opendir(path));
    for await (const { name } of folder) if (ADDRESS.test(name)) yield name;
  }
}
