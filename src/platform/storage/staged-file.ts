import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, unlink } from 'node:fs/promises';
import type { StagedBlob, StoredBlob } from './blob-store.port.js';
import { guarded } from './disk-faults.js';

/** Gives the file its lasting name. */
type Place = (file: string, sha256: string) => Promise<void>;

/** A content that came in chunk by chunk, in a temporary file. */
export class StagedFile implements StagedBlob {
  private constructor(
    private readonly path: string,
    readonly sha256: string,
    readonly bytes: number,
    private readonly place: Place,
  ) {}

  /**
   * Writes a content to a new file, of which nothing stays where that fails.
   * @param path of a file that does not exist, in a folder that does
   * @throws whatever `content` throws; StorageUnavailable
   */
  static async receive(path: string, content: AsyncIterable<Uint8Array>, place: Place): Promise<StagedFile> {
    const file = await guarded('to write', () => open(path, 'wx'));
    try {
      const { sha256, bytes } = await copy(content, file);
      await guarded('to write', () => file.close());
      return new StagedFile(path, sha256, bytes, place);
    } catch (error) {
      await file.close().catch(() => undefined);
      await remove(path);
      throw error;
    }
  }

  read(): Promise<Buffer> {
    return guarded('to read what was received', () => readFile(this.path));
  }

  async keep(): Promise<StoredBlob> {
    await guarded('to write', async () => {
      await flush(this.path);
      await this.place(this.path, this.sha256);
    });
    return { sha256: this.sha256, bytes: this.bytes };
  }

  async drop(): Promise<void> {
    await remove(this.path);
  }
}

const copy = async (content: AsyncIterable<Uint8Array>, file: FileHandle): Promise<StoredBlob> => {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    digest.update(chunk);
    bytes += chunk.length;
    // Writes on from where the last one ended.
    await guarded('to write', () => file.writeFile(chunk));
  }
  return { sha256: digest.digest('hex'), bytes };
};

const flush = async (path: string): Promise<void> => {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/** A file that cannot be removed is swept like those of writers that died. */
const remove = (path: string): Promise<void> => unlink(path).catch(() => undefined);
