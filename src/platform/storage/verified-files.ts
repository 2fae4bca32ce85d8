import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { BlobCorrupt } from './storage.errors.js';

const REMEMBERED_FILES = 10_000;

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

/** Checks files against their addresses, each once while it does not change. */
export class VerifiedFiles {
  /** Address → version of the file that was found intact; the oldest leave first. */
  private readonly versions = new Map<string, string>();

  /** @throws BlobCorrupt */
  async verify(file: FileHandle, sha256: string): Promise<void> {
    const version = await versionOf(file);
    if (this.versions.get(sha256) === version) return;
    if ((await hashOf(file)) !== sha256) throw new BlobCorrupt(sha256);
    this.versions.delete(sha256);
    this.versions.set(sha256, version);
    const oldest = this.versions.size > REMEMBERED_FILES ? this.versions.keys().next().value : undefined;
    if (oldest !== undefined) this.versions.delete(oldest);
  }
}
