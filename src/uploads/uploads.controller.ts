import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';
import { bodyHashOf, IdempotencyKey } from '../platform/http/idempotency-key.js';
import { parseResourceId } from '../platform/http/ids.js';
import { requestContext } from '../platform/http/request-context.js';
import { chunksOf } from '../platform/http/streamed-body.js';
import { Receptions } from './receptions.signal.js';
import type { PresignedLink, StoredUpload, UploadState } from './uploads-answer.dto.js';
import { presignedView, storedView, uploadView } from './uploads-view.policy.js';
import { PresignUpload, ReceiveUpload, type IncomingBody, type Issued } from './uploads.commands.js';
import { PresignDto, toWish, UploadLinkDto } from './uploads.dto.js';
import { ApiGetUpload, ApiPresignUpload, ApiReceiveUpload } from './uploads-docs.dto.js';
import { UploadNotFound } from './uploads.errors.js';
import { GetUpload } from './uploads.queries.js';

/** The upload's id correlates everything about it, as the PUT knows that id and not the request that made it. */
const issued = (actor: string, uploadId: string): Issued => {
  const { requestId, traceparent } = requestContext();
  return {
    now: new Date(),
    metadata: { correlation_id: uploadId, causation_id: requestId, actor, request_id: requestId, traceparent },
  };
};

const incoming = (request: Request): IncomingBody => {
  const length = request.get('content-length');
  return {
    contentType: request.get('content-type'),
    contentEncoding: request.get('content-encoding'),
    contentLength: length === undefined ? null : Number(length),
    chunks: chunksOf(request),
  };
};

@ApiTags('Uploads')
@Controller('api/uploads')
export class UploadsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly receptions: Receptions,
  ) {}

  @Post('presign')
  @HttpCode(200)
  @ApiPresignUpload()
  async presignUpload(
    @Body() body: PresignDto,
    @IdempotencyKey() key: string | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PresignedLink> {
    const wish = toWish(body);
    const actor = `user:${String(wish.user_id)}`;
    const uploadId = uuidv7();
    const presigned = await this.commands.execute(
      new PresignUpload(
        uploadId,
        wish,
        key === null ? null : { scope: `${actor} POST /api/uploads/presign`, key, bodyHash: bodyHashOf(body) },
        issued(actor, uploadId),
      ),
    );
    if (presigned.replayed) response.setHeader('Idempotent-Replayed', 'true');
    // Whoever has the link can use it.
    response.setHeader('Cache-Control', 'no-store');
    return presignedView(presigned);
  }

  @Put(':id')
  @ApiReceiveUpload()
  async receiveUpload(
    @Param('id') text: string,
    @Query() { expires, signature }: UploadLinkDto,
    @Req() request: Request,
  ): Promise<StoredUpload> {
    const id = idOf(text);
    const command = new ReceiveUpload(id, { expires, signature }, incoming(request), issued('link', id));
    const picture = await this.receptions.track(this.commands.execute(command), () => {
      request.destroy(new Error('The process stops'));
    });
    return storedView(id, picture);
  }

  @Get(':id')
  @ApiGetUpload()
  async getUpload(@Param('id') text: string): Promise<UploadState> {
    return uploadView(await this.queries.execute(new GetUpload(idOf(text))), new Date());
  }
}

/** @throws ResourceNotFound, UploadNotFound */
const idOf = (text: string): string => {
  const id = parseResourceId(text);
  if (id.kind !== 'uuid') throw new UploadNotFound(text);
  return id.id;
};
