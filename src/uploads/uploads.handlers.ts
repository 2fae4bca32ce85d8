import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Decision } from '../eventsourcing/decision-handler.js';
import { Config } from '../platform/config/config.js';
import { Installation } from '../platform/database/installation.js';
import { PayloadTooLarge, RequestInvalid, UnsupportedMediaType } from '../platform/http/http.errors.js';
import { refuseOtherBody } from '../platform/http/idempotency-key.js';
import { cut } from '../platform/http/safe-text.js';
import { BlobStore, type StagedBlob } from '../platform/storage/blob-store.port.js';
import { PictureInspector } from '../platform/storage/picture-inspector.js';
import { PictureUnfit } from '../platform/storage/storage.errors.js';
import { isOurLink, uploadLink } from './upload-link.policy.js';
import {
  PresignUpload,
  ReceiveUpload,
  type IncomingBody,
  type Issued,
  type LinkSignature,
  type PresignedUpload,
} from './uploads.commands.js';
import { fillable, type Upload } from './uploads.decider.js';
import { UploadLinkRefused, UploadNotFound } from './uploads.errors.js';
import type { StoredPicture, UploadTerms } from './uploads.events.js';
import { Uploads } from './uploads.store.js';

/** Bytes of the key that links are signed with. */
const KEY_BYTES = 32;
const KEY_NAME = 'upload_links';

@CommandHandler(PresignUpload)
export class PresignUploadHandler implements ICommandHandler<PresignUpload> {
  constructor(
    private readonly uploads: Uploads,
    private readonly installation: Installation,
    private readonly config: Config,
  ) {}

  /** @throws RequestInvalid where the idempotency key came with another body */
  async execute(command: PresignUpload): Promise<PresignedUpload> {
    const decision = await refuseOtherBody(this.open(command));
    const uploadId = decision.outcome === 'replay' ? decision.streamId : command.uploadId;
    const { state } = decision.outcome === 'replay' ? await this.uploads.load(uploadId) : decision;
    if (state.status === 'none') throw new UploadNotFound(uploadId);
    const url = uploadLink(uploadId, state.terms, await this.installation.value(KEY_NAME, KEY_BYTES));
    return { uploadId, terms: state.terms, url, replayed: decision.outcome === 'replay' };
  }

  private open({ uploadId, wish, idempotencyKey, issued }: PresignUpload): Promise<Decision<Upload>> {
    const terms = { ...wish, expires_at: this.expiry(issued.now) };
    return this.uploads.decide(
      uploadId,
      { type: 'OpenUpload', terms, now: issued.now },
      {
        metadata: issued.metadata,
        known: { state: { status: 'none' }, version: 0 },
        ...(idempotencyKey && { idempotencyKey }),
      },
    );
  }

  /** Whole seconds, as a link tells them; rounded up, so that it is good for no less. */
  private expiry(now: Date): string {
    const seconds = Math.ceil(now.getTime() / 1000) + this.config.get('UPLOAD_LINK_SECONDS');
    return new Date(seconds * 1000).toISOString();
  }
}

/** The media type without its parameters. */
const essence = (contentType: string): string => contentType.replace(/;.*$/s, '').trim().toLowerCase();

/** What can be said before the first byte. @throws UnsupportedMediaType, PayloadTooLarge */
const requireAnnounced = (
  { contentType = '', contentEncoding, contentLength }: IncomingBody,
  { content_type, size }: UploadTerms,
): void => {
  if (essence(contentType) !== content_type) {
    throw new UnsupportedMediaType(
      `The link is for ${content_type}, not for ${contentType === '' ? 'an unnamed type' : cut(contentType)}`,
    );
  }
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
    throw new UnsupportedMediaType('The content has to come without Content-Encoding');
  if (contentLength !== null && contentLength > size) throw tooLarge(size);
};

const tooLarge = (size: number): PayloadTooLarge =>
  new PayloadTooLarge(`The link takes at most ${String(size)} bytes, as many as were announced`);

/** @throws PayloadTooLarge with the first byte that is too many */
async function* atMost(size: number, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) throw tooLarge(size);
    yield chunk;
  }
}

const refused = (msg: string): RequestInvalid => new RequestInvalid([{ loc: ['body'], msg, type: 'value_error' }]);

@CommandHandler(ReceiveUpload)
export class ReceiveUploadHandler implements ICommandHandler<ReceiveUpload> {
  constructor(
    private readonly uploads: Uploads,
    private readonly installation: Installation,
    private readonly blobs: BlobStore,
    private readonly pictures: PictureInspector,
  ) {}

  /**
   * Judges what can be judged before the first byte, then takes the bytes in, then looks at them. They become a blob before the event says
   * so; whoever loses against another PUT leaves a blob without an event, which is swept.
   * @throws UploadNotFound, UploadLinkRefused, UploadConflict, UnsupportedMediaType, PayloadTooLarge, RequestInvalid, StorageUnavailable
   */
  async execute({ uploadId, link, body, issued }: ReceiveUpload): Promise<StoredPicture> {
    const { state } = await this.uploads.load(uploadId);
    await this.requireOurLink(uploadId, state, link);
    const { terms } = fillable(uploadId, state, issued.now);
    requireAnnounced(body, terms);
    const staged = await this.blobs.stage(atMost(terms.size, body.chunks));
    try {
      const picture = await this.inspect(staged, terms);
      await this.store(uploadId, picture, staged, issued);
      return picture;
    } finally {
      await staged.drop();
    }
  }

  /** @throws UploadConflict where another PUT was faster */
  private async store(uploadId: string, picture: StoredPicture, staged: StagedBlob, issued: Issued): Promise<void> {
    // Receiving took its time: bytes that are sure to lose need not become a blob first.
    const known = await this.uploads.load(uploadId);
    fillable(uploadId, known.state, issued.now);
    await staged.keep();
    await this.uploads.decide(
      uploadId,
      { type: 'StoreUpload', uploadId, picture, begunAt: issued.now, now: new Date() },
      { metadata: issued.metadata, known },
    );
  }

  /** @throws UploadNotFound, UploadLinkRefused */
  private async requireOurLink(uploadId: string, state: Upload, link: LinkSignature): Promise<void> {
    if (state.status === 'none') throw new UploadNotFound(uploadId);
    const key = await this.installation.value(KEY_NAME, KEY_BYTES);
    if (!isOurLink(uploadId, state.terms, link, key))
      throw new UploadLinkRefused('The signature of the link is missing or does not fit it');
  }

  /** @throws RequestInvalid */
  private async inspect(staged: StagedBlob, { content_type }: UploadTerms): Promise<StoredPicture> {
    if (staged.bytes === 0) throw refused('The body is empty');
    try {
      const { contentType, width, height } = await this.pictures.inspect(() => staged.read());
      if (contentType !== content_type) throw refused(`The content is ${contentType}, not ${content_type}`);
      return { content_type, width, height, bytes: staged.bytes, sha256: staged.sha256 };
    } catch (error) {
      throw error instanceof PictureUnfit ? refused(error.message) : error;
    }
  }
}
