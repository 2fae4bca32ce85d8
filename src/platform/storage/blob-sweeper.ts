import type { Installation } from '../database/installation.js';
import type { BlobReferences } from './blob-references.store.js';
import type { BlobStore } from './blob-store.port.js';
import { SweepRefused } from './storage.errors.js';

/** Bytes are stored before the event that names them: what is younger may have its event on the way. */
const UNTOUCHED_MS = 3_600_000;
const PAGE = 1_000;
/** What one round looks up in the log at the most; the next one goes on. */
const MAX_CANDIDATES = 10_000;

/**
 * Removes blobs that nothing refers to: pictures of attempts and uploads whose process died between bytes and event. A blob goes only when
 * no row holds its address, no event names it, and nobody has put it for an hour. Every step may be repeated, and done by several at once.
 */
export class BlobSweeper {
  constructor(
    private readonly blobs: BlobStore,
    private readonly references: BlobReferences,
    private readonly installation: Installation,
  ) {}

  /**
   * One round. @returns how many blobs were removed
   * @throws SweepRefused where it cannot be sure what is referred to; StorageUnavailable; what the database throws
   */
  async sweep(signal: AbortSignal = new AbortController().signal): Promise<number> {
    await this.requireOwnStorage();
    await this.requireDeclarations();
    await this.blobs.tidy();
    const before = new Date((await this.blobs.now()).getTime() - UNTOUCHED_MS);
    const candidates = await this.candidates(before, signal);
    if (candidates.length === 0) return 0;
    const removed: string[] = [];
    for (const sha256 of await this.references.withoutEvent(candidates, signal)) {
      signal.throwIfAborted();
      if (await this.blobs.remove(sha256, before)) removed.push(sha256);
    }
    await this.references.forget(removed);
    return removed.length;
  }

  /** The blobs of another database, or of the one before, are not ours to judge. */
  private async requireOwnStorage(): Promise<void> {
    const owner = await this.installation.value('storage_owner', 16);
    if (!(await this.blobs.claim(owner.toString('hex')))) {
      throw new SweepRefused(
        'Unreferenced pictures are not swept: the storage is marked as another database\'s. Where that one is given up, remove the file "owner" in the folder of the artifacts.',
      );
    }
  }

  private async requireDeclarations(): Promise<void> {
    const undeclared = await this.references.undeclared();
    if (undeclared.length > 0) {
      throw new SweepRefused(
        `Unreferenced pictures are not swept: nobody has declared whether these columns refer to blobs: ${undeclared.join(', ')}`,
      );
    }
  }

  private async candidates(before: Date, signal: AbortSignal): Promise<string[]> {
    const candidates: string[] = [];
    let page: string[] = [];
    const judge = async (): Promise<void> => {
      if (page.length > 0) candidates.push(...(await this.references.withoutRow(page)));
      page = [];
    };
    for await (const sha256 of this.blobs.list(before)) {
      signal.throwIfAborted();
      page.push(sha256);
      if (page.length === PAGE) await judge();
      if (candidates.length >= MAX_CANDIDATES) break;
    }
    await judge();
    return candidates;
  }
}
