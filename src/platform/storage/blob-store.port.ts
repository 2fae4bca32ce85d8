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

/**
 * Content-addressed storage of artifacts. `put` returns only when the bytes would survive a power cut; the same bytes twice are
 * stored once. Every adapter passes test/contract/blob-store.contract.ts.
 */
export abstract class BlobStore {
  /** @throws StorageUnavailable when the medium is full, read-only or away. */
  abstract put(content: Buffer): Promise<StoredBlob>;
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
  /** Addresses of all blobs, in any order; for verification and sweeping. */
  abstract list(): AsyncIterable<string>;
  /** Writes, reads and removes a small probe. @throws StorageUnavailable */
  abstract check(): Promise<void>;
}
