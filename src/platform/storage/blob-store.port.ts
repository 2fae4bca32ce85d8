import type { Readable } from 'node:stream';

/** Bytes kept under the SHA-256 of their content, in lower-case hex. */
export interface StoredBlob {
  readonly sha256: string;
  readonly bytes: number;
}

/** A byte range, both ends inclusive, as in RFC 9110 §14. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes that have arrived whole and are no blob yet: nobody finds them until they are kept. */
export interface StagedBlob extends StoredBlob {
  /** The whole content. @throws StorageUnavailable */
  read(): Promise<Buffer>;
  /** Makes them a blob with everything that `put` promises; once. @throws StorageUnavailable */
  keep(): Promise<StoredBlob>;
  /** Forgets them; nothing happens where they were kept or dropped before. */
  drop(): Promise<void>;
}

/**
 * Content-addressed storage of artifacts. `put` returns only when the bytes would survive a power cut; the same bytes twice are
 * stored once. Every adapter passes test/contract/blob-store.contract.ts.
 */
export abstract class BlobStore {
  /** @throws StorageUnavailable when the medium is full, read-only or away. */
  abstract put(content: Buffer): Promise<StoredBlob>;
  /**
   * Takes in a content chunk by chunk and holds no more of it in memory than that. Where it fails, or the process dies before `keep`,
   * nothing of it is to be found.
   * @throws whatever `content` throws; StorageUnavailable
   */
  abstract stage(content: AsyncIterable<Uint8Array>): Promise<StagedBlob>;
  /** @returns null when no blob has this address. */
  abstract stat(sha256: string): Promise<StoredBlob | null>;
  /**
   * Whole content, checked against its address.
   * @throws BlobNotFound, BlobCorrupt (the bytes do not hash to their address), StorageUnavailable
   */
  abstract read(sha256: string): Promise<Buffer>;
  /**
   * A stream of the whole content or of a range. The content is checked against its address before the first byte leaves the first
   * time this process serves it, and again when the file changed since.
   * @throws BlobNotFound, BlobCorrupt, StorageUnavailable
   */
  abstract open(sha256: string, range?: ByteRange): Promise<Readable>;
  /** Now, by the clock that the storage dates its blobs by, which no process's own need agree with. @throws StorageUnavailable */
  abstract now(): Promise<Date>;
  /** Addresses of all blobs, in any order, or of those alone that nobody has put since `before`; for verification and sweeping. */
  abstract list(before?: Date): AsyncIterable<string>;
  /**
   * Removes a blob that nobody has put since `before`. A put of the same content at the same time is not lost, whoever makes it.
   * @returns whether it was there, old enough, and is gone. @throws StorageUnavailable
   */
  abstract remove(sha256: string, before: Date): Promise<boolean>;
  /**
   * Removes what writers that died left half-done more than an hour ago, and puts back what a removal that died had begun with. Harmless
   * beside others' writes and removals. @throws StorageUnavailable
   */
  abstract tidy(): Promise<void>;
  /**
   * Marks the storage as the owner's, unless it is somebody's already.
   * @param owner letters, digits and hyphens
   * @returns whether it is the owner's. @throws StorageUnavailable
   */
  abstract claim(owner: string): Promise<boolean>;
  /** Writes, reads and removes a small probe. @throws StorageUnavailable */
  abstract check(): Promise<void>;
}
