import { pipeline } from 'node:stream/promises';
import { Controller, Get, Logger, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { parseResourceId } from '../platform/http/ids.js';
import { BlobStore, type StoredBlob } from '../platform/storage/blob-store.port.js';
import { BlobCorrupt, BlobNotFound } from '../platform/storage/storage.errors.js';
import { ApiGetContent, ApiGetPoster, ApiGetPreview, ApiGetThumbnail } from './artifacts-docs.dto.js';
import { ArtifactLost, ArtifactNotFound, RangeNotSatisfiable } from './artifacts.errors.js';
import { Artifacts } from './artifacts.store.js';
import { requestedRange, type RangeRequest } from './byte-range.policy.js';

/** Bytes and what the headers say of them. */
interface Content {
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
}

const etagOf = ({ sha256 }: Content): string => `"${sha256}"`;

const isNotModified = (request: Request, content: Content): boolean => {
  const tags = request.get('if-none-match');
  return (
    tags !== undefined &&
    (tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etagOf(content)))
  );
};

/**
 * RFC 9110 §14.2: only GET has ranges. §13.1.5: a range of another version would be garbage, so a tag that differs asks for
 * everything.
 */
const rangeOf = (request: Request, content: Content): RangeRequest => {
  if (request.method !== 'GET') return { kind: 'all' };
  const condition = request.get('if-range');
  if (condition !== undefined && condition !== etagOf(content)) return { kind: 'all' };
  return requestedRange(request.get('range'), content.bytes);
};

/** @throws ArtifactLost where a 404 would say that there never was such an artifact, and a fault that it may pass */
const held = <T>(reading: Promise<T>): Promise<T> =>
  reading.catch((error: unknown) => {
    throw error instanceof BlobNotFound || error instanceof BlobCorrupt ? new ArtifactLost(error) : error;
  });

@ApiTags('Artifacts')
@Controller('api/artifacts')
export class ArtifactsController {
  private readonly logger = new Logger(ArtifactsController.name);

  constructor(
    private readonly artifacts: Artifacts,
    private readonly blobs: BlobStore,
  ) {}

  @Get(':id/content')
  @ApiGetContent()
  async getContent(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.send(await this.artifacts.find(idOf(id)), request, response);
  }

  @Get(':id/thumbnail')
  @ApiGetThumbnail()
  async getThumbnail(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const artifact = await this.artifacts.find(idOf(id));
    const sha256 = artifact.posterSha256 ?? artifact.sha256;
    const sendIt = async (blob: Promise<StoredBlob>): Promise<void> =>
      this.send({ ...(await held(blob)), contentType: 'image/webp' }, request, response);
    try {
      await sendIt(this.artifacts.thumbnailOf(sha256));
    } catch (error) {
      if (!(error instanceof ArtifactLost)) throw error;
      // Its picture may be whole all the same; where that is lost too, this fails in the same way.
      await sendIt(this.artifacts.makeThumbnail(sha256));
    }
  }

  @Get(':id/poster')
  @ApiGetPoster()
  async getPoster(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { posterSha256 } = await this.artifacts.find(idOf(id));
    await this.sendCompanion(posterSha256, { id, contentType: 'image/png', request, response });
  }

  @Get(':id/preview')
  @ApiGetPreview()
  async getPreview(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { previewSha256 } = await this.artifacts.find(idOf(id));
    await this.sendCompanion(previewSha256, { id, contentType: 'image/webp', request, response });
  }

  /** @throws ArtifactNotFound for a picture, which has no companions */
  private async sendCompanion(
    sha256: string | null,
    { id, contentType, request, response }: { id: string; contentType: string; request: Request; response: Response },
  ): Promise<void> {
    if (sha256 === null) throw new ArtifactNotFound(id);
    const blob = await this.blobs.stat(sha256);
    if (!blob) throw new ArtifactLost(new BlobNotFound(sha256));
    await this.send({ ...blob, contentType }, request, response);
  }

  private async send(content: Content, request: Request, response: Response): Promise<void> {
    response.set({
      ETag: etagOf(content),
      'Cache-Control': 'private, max-age=31536000, immutable',
      'Accept-Ranges': 'bytes',
      'Content-Disposition': 'inline',
    });
    if (isNotModified(request, content)) {
      response.status(304).end();
      return;
    }
    const requested = rangeOf(request, content);
    if (requested.kind === 'unsatisfiable') {
      response.set('Content-Range', `bytes */${String(content.bytes)}`);
      throw new RangeNotSatisfiable(content.bytes);
    }
    const range = requested.kind === 'range' ? requested.range : undefined;
    const stream = await held(this.blobs.open(content.sha256, range));
    response.type(content.contentType).setHeader('Content-Length', range ? range.end - range.start + 1 : content.bytes);
    if (range)
      response
        .status(206)
        .setHeader('Content-Range', `bytes ${String(range.start)}-${String(range.end)}/${String(content.bytes)}`);
    if (request.method === 'HEAD') {
      stream.destroy();
      response.end();
      return;
    }
    // The headers are out: a client that leaves, or a disk that fails now, can only be told by a broken connection.
    await pipeline(stream, response).catch((error: unknown) => {
      this.logger.debug(`Artifact ${content.sha256} was not sent whole: ${String(error)}`);
    });
  }
}

/** @throws ArtifactNotFound */
const idOf = (text: string): string => {
  const id = parseResourceId(text);
  if (id.kind !== 'uuid') throw new ArtifactNotFound(text);
  return id.id;
};
