import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/openapi-decorators.js';
import { responseHeaders } from '../platform/http/openapi-schemas.js';

/** The documentation of the bytes of artifacts. */

const bytes = (...types: readonly string[]): Record<string, { schema: { type: 'string'; format: string } }> =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));

const header = (
  description: string,
  example: string,
): { description: string; schema: { type: 'string' }; example: string } => ({
  description,
  schema: { type: 'string' },
  example,
});

const HEADERS = {
  ...responseHeaders('ETag'),
  'Cache-Control': header('How long the bytes may be kept.', 'private, max-age=31536000, immutable'),
  'Accept-Ranges': header('That a part of the bytes can be asked for.', 'bytes'),
};

/** `If-None-Match`, `Range` and `If-Range` over content that never changes. */
const ApiBytes = (...types: readonly string[]): MethodDecorator =>
  applyDecorators(
    ApiParam({
      name: 'id',
      description: 'The artifact, from `artifacts[].id` of its run.',
      schema: { type: 'string', format: 'uuid' },
      example: '01a1fbd0-5f97-75fc-8056-4e72003ea8d2',
    }),
    ApiHeader({
      name: 'Range',
      required: false,
      description:
        'One range of bytes (RFC 9110, section 14), such as `bytes=0-1023`; several at once are answered with everything, and `HEAD` ignores it.',
      schema: { type: 'string' },
    }),
    ApiHeader({
      name: 'If-Range',
      required: false,
      description: 'Entity tag: the range is meant for these bytes; for others the answer is everything.',
      schema: { type: 'string' },
    }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'Entity tags that the caller has; if the artifact is among them, the answer is 304 without a body.',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status: 200,
      description: 'All bytes.',
      headers: HEADERS,
      content: bytes(...types),
    }),
    ApiResponse({
      status: 206,
      description: 'The range that was asked for.',
      headers: {
        ...HEADERS,
        'Content-Range': header('Which bytes these are, and of how many.', 'bytes 0-1023/573503'),
      },
      content: bytes(...types),
    }),
    ApiResponse({ status: 304, description: 'The caller has these bytes', headers: responseHeaders('ETag') }),
    ApiProblems({ code: 'not_found', detail: 'No artifact has the id 01a1fbd0-0000-7000-8000-000000000000' }, 416),
  );

/** GET /api/artifacts/{id}/content */
export const ApiGetContent = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Fetch the bytes of an artifact',
      description:
        'The picture or video as it was made, from our own storage, checked against its SHA-256, which is also its `ETag`. The link does not expire and the ' +
        'bytes never change, so they may be kept for ever. `HEAD` works too.',
    }),
    ApiBytes('image/png', 'image/webp', 'image/jpeg', 'video/mp4'),
  );

/** GET /api/artifacts/{id}/thumbnail */
export const ApiGetThumbnail = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Fetch the thumbnail of an artifact',
      description: 'A small WebP of the picture, or of the first frame of a video, made when it is first asked for.',
    }),
    ApiBytes('image/webp'),
  );

/** GET /api/artifacts/{id}/poster */
export const ApiGetPoster = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Fetch the poster of a video',
      description: 'The first frame, in full size. A picture has none: 404.',
    }),
    ApiBytes('image/png'),
  );

/** GET /api/artifacts/{id}/preview */
export const ApiGetPreview = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Fetch the preview of a video',
      description: 'A small animated WebP. A picture has none: 404.',
    }),
    ApiBytes('image/webp'),
  );
