import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '../../src/platform/config/config.js';
import { Installation } from '../../src/platform/database/installation.js';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { PictureInspector } from '../../src/platform/storage/picture-inspector.js';
import { ExpireUploads } from '../../src/uploads/expire-uploads.processor.js';
import { StoredUploads, UploadRows } from '../../src/uploads/upload-rows.store.js';
import {
  PresignUpload,
  ReceiveUpload,
  type IncomingBody,
  type LinkSignature,
  type PresignedUpload,
} from '../../src/uploads/uploads.commands.js';
import { UPLOAD_EVENTS, type StoredPicture, type UploadTerms } from '../../src/uploads/uploads.events.js';
import { PresignUploadHandler, ReceiveUploadHandler } from '../../src/uploads/uploads.handlers.js';
import { Uploads } from '../../src/uploads/uploads.store.js';
import { KernelProcess } from './kernel-process.js';
import { UPLOAD_METADATA } from './uploads.js';

async function* asChunks(content: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += 1_000)
    yield await Promise.resolve(content.subarray(start, start + 1_000));
}

export const linkOf = (url: string): LinkSignature => {
  const { searchParams } = new URL(url, 'http://x');
  return { expires: searchParams.get('expires') ?? undefined, signature: searchParams.get('signature') ?? undefined };
};

/** A folder of blobs of a test's own. */
export class BlobFolder {
  private constructor(
    readonly path: string,
    readonly store: DiskBlobStore,
  ) {}

  static async make(): Promise<BlobFolder> {
    const path = await mkdtemp(join(tmpdir(), 'darkroom-uploads-'));
    const store = new DiskBlobStore(path);
    await store.prepare();
    return new BlobFolder(path, store);
  }

  async addresses(): Promise<string[]> {
    const found: string[] = [];
    for await (const address of this.store.list()) found.push(address);
    return found.sort();
  }

  /** What is on its way in. */
  unfinished(): Promise<string[]> {
    return readdir(join(this.path, 'tmp'));
  }

  /** Makes blobs look as if they had been put so many milliseconds ago. */
  async age(ms: number, ...addresses: readonly string[]): Promise<void> {
    const then = new Date(Date.now() - ms);
    for (const address of addresses) await utimes(join(this.path, address.slice(0, 2), address), then, then);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** The uploads of one process, without its HTTP side. */
export class UploadParts {
  readonly kernel: KernelProcess;
  readonly uploads: Uploads;
  readonly pictures: StoredUploads;
  readonly expire: ExpireUploads;
  /** Uploads whose links could not be closed. */
  readonly unclosed: string[] = [];
  private readonly presigns: PresignUploadHandler;
  private readonly receives: ReceiveUploadHandler;

  constructor(url: string, blobs: DiskBlobStore) {
    this.kernel = new KernelProcess(url, { declarations: [UPLOAD_EVENTS], poolSize: 4 });
    const installation = new Installation(this.kernel.pool);
    const rows = new UploadRows(this.kernel.pool);
    this.uploads = new Uploads(this.kernel.store);
    this.pictures = new StoredUploads(rows);
    this.expire = new ExpireUploads(rows, this.uploads, (uploadId) => this.unclosed.push(uploadId));
    this.presigns = new PresignUploadHandler(this.uploads, installation, Config.from({}));
    this.receives = new ReceiveUploadHandler(this.uploads, installation, blobs, new PictureInspector());
  }

  presign(
    wish: Partial<Omit<UploadTerms, 'expires_at'>> = {},
    { key = null, now = new Date() }: { readonly key?: string | null; readonly now?: Date } = {},
  ): Promise<PresignedUpload> {
    const whole = { user_id: 7, filename: 'a.png', content_type: 'image/png', size: 100_000, ...wish };
    const idempotencyKey =
      key === null ? null : { scope: 'user:7', key, bodyHash: Buffer.from(JSON.stringify(whole)).toString('hex') };
    return this.presigns.execute(
      new PresignUpload(randomUUID(), whole, idempotencyKey, { now, metadata: UPLOAD_METADATA }),
    );
  }

  receive(
    { uploadId, url }: Pick<PresignedUpload, 'uploadId' | 'url'>,
    content: Buffer | AsyncIterable<Uint8Array>,
    { now = new Date(), ...headers }: Partial<Omit<IncomingBody, 'chunks'>> & { readonly now?: Date } = {},
  ): Promise<StoredPicture> {
    const body: IncomingBody = {
      contentType: 'image/png',
      contentEncoding: undefined,
      contentLength: null,
      ...headers,
      chunks: Buffer.isBuffer(content) ? asChunks(content) : content,
    };
    return this.receives.execute(new ReceiveUpload(uploadId, linkOf(url), body, { now, metadata: UPLOAD_METADATA }));
  }

  async eventTypes(uploadId: string): Promise<string[]> {
    return (await this.kernel.store.readStream(uploadId)).map(({ type }) => type);
  }

  close(): Promise<void> {
    return this.kernel.close();
  }
}
