import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  ApiIdempotencyKey,
  ApiProblems,
  BODY_PROBLEMS,
  type ProblemSample,
} from '../platform/http/openapi-decorators.js';
import { responseHeaders } from '../platform/http/openapi-schemas.js';
import { PICTURE_TYPES } from '../platform/storage/picture-inspector.js';
import { PresignedLink, StoredUpload, UploadState } from './uploads-answer.dto.js';
import { EXPIRED_AT, PRESIGN_REQUESTS, PRESIGNED, STORED_UPLOAD, UPLOAD_STATES } from './uploads-examples.data.js';
import { PresignDto } from './uploads.dto.js';

/** The documentation of the operations on uploads, one decorator an operation. */

const NOT_FOUND: ProblemSample = {
  code: 'not_found',
  detail: 'No upload has the id 01a20bd1-0000-7000-8000-000000000000',
};
const INVALID: ProblemSample = {
  code: 'validation_error',
  issues: [
    { loc: ['body', 'content_type'], msg: 'Invalid content_type: image/gif', type: 'value_error' },
    { loc: ['body', 'size'], msg: 'size must not be greater than 20971520', type: 'value_error' },
  ],
};
const UNFIT: ProblemSample = {
  code: 'validation_error',
  issues: [{ loc: ['body'], msg: 'The content is image/jpeg, not image/png', type: 'value_error' }],
};
const REFUSED: readonly ProblemSample[] = [
  { code: 'malformed_request', detail: 'The connection broke before the body was complete' },
  { code: 'forbidden', detail: `The link was good until ${EXPIRED_AT}; ask for another one` },
  NOT_FOUND,
  { code: 'conflict', detail: 'The link was used; it is good for one upload' },
  { code: 'payload_too_large', detail: 'The link takes at most 1436611 bytes, as many as were announced' },
  { code: 'unsupported_media_type', detail: 'The link is for image/png, not for image/jpeg' },
  UNFIT,
];

const ApiUploadId = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The upload, from `upload_id` of the link.',
    schema: { type: 'string', format: 'uuid' },
    example: PRESIGNED.upload_id,
  });

/** Where an answer with an upload's id leads. */
const LINKS = {
  upload: {
    operationId: 'getUpload',
    description: 'Whether the picture is there.',
    parameters: { id: '$response.body#/upload_id' },
  },
};

/** POST /api/uploads/presign */
export const ApiPresignUpload = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Ask for a link to upload a picture',
      description:
        'PNG, JPEG and WebP of at most 20 MB. The answer says what to send: one `PUT` to `url` with these `headers`, begun before `expires_at`, ' +
        '15 minutes from now (`UPLOAD_LINK_SECONDS`). The link is signed, needs no API key and works once. With an `Idempotency-Key` a repeat gets ' +
        'the same link, in whatever state it is by then.\n\n' +
        '```sh\n' +
        "curl -s localhost:8000/api/uploads/presign -H 'content-type: application/json' \\\n" +
        '  -d "{\\"filename\\": \\"harbour.png\\", \\"content_type\\": \\"image/png\\", \\"size\\": $(stat -c %s harbour.png)}"\n' +
        "curl -s -T harbour.png -H 'content-type: image/png' 'localhost:8000/api/uploads/…?expires=…&signature=…'\n" +
        '```',
    }),
    ApiBody({ type: PresignDto, examples: PRESIGN_REQUESTS }),
    ApiResponse({
      status: 200,
      description: 'The link.',
      type: PresignedLink,
      headers: responseHeaders('Idempotent-Replayed'),
      examples: { presigned: { summary: 'Presigned', value: PRESIGNED } },
      links: LINKS,
    }),
    ApiProblems(...BODY_PROBLEMS.filter((status) => status !== 422), INVALID),
    ApiIdempotencyKey(),
  );

/** PUT /api/uploads/{id} */
export const ApiReceiveUpload = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Upload the picture that a link was made for',
      description:
        'Takes the bytes as they are, at most as many as were announced, within five minutes. They have to be a whole, still picture of the ' +
        'announced type with at most 50 megapixels: each row is decoded before the picture counts as stored. Animated pictures are refused. ' +
        'Whatever is refused or breaks off leaves the link as good as before; of two that come at once one wins, the other gets a 409. ' +
        'What is stored stays, and runs of the same user can use it by its `upload_id`.',
    }),
    ApiUploadId(),
    ApiConsumes(...PICTURE_TYPES),
    ApiBody({
      description: 'The bytes of the file.',
      required: true,
      schema: { type: 'string', format: 'binary' },
    }),
    ApiResponse({
      status: 200,
      description: 'The picture is stored.',
      type: StoredUpload,
      examples: { stored: { summary: 'Stored', value: STORED_UPLOAD } },
      links: LINKS,
    }),
    ApiProblems(...REFUSED),
  );

/** GET /api/uploads/{id} */
export const ApiGetUpload = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Ask whether an upload is there',
      description:
        'The state of an upload: `pending` until the picture is stored, `expired` when nobody sent one in time. Tells a client whose PUT broke off ' +
        'in the answer whether it has to come again.',
    }),
    ApiUploadId(),
    ApiResponse({ status: 200, description: 'The upload as it stands.', type: UploadState, examples: UPLOAD_STATES }),
    ApiProblems(NOT_FOUND),
  );
