import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { PICTURE_TYPES } from '../platform/storage/picture-inspector.js';
import type { UploadRow } from './uploads.queries.js';

const UPLOAD_ID: ApiPropertyOptions = {
  type: String,
  format: 'uuid',
  description: 'The upload, as routes take it that use pictures.',
};
const CONTENT_TYPE: ApiPropertyOptions = {
  enum: [...PICTURE_TYPES],
  enumName: 'PictureType',
  description: 'What the bytes are.',
};
const EXPIRES_AT: ApiPropertyOptions = {
  type: String,
  format: 'date-time',
  description: 'Until when a PUT may begin.',
};
const pixels = (what: string): ApiPropertyOptions => ({
  type: 'integer',
  minimum: 1,
  description: `Pixels: the ${what}, as a viewer shows the picture.`,
});
const BYTES: ApiPropertyOptions = { type: 'integer', minimum: 1, description: 'Bytes that came.' };
const SHA256: ApiPropertyOptions = { type: String, pattern: '^[0-9a-f]{64}$', description: 'Checksum of the bytes.' };
const orNull = (options: ApiPropertyOptions): ApiPropertyOptions => ({
  ...options,
  nullable: true,
  description: `${String(options.description)} Null while nothing is stored.`,
});

/** The answer of POST /api/uploads/presign: what to send, and where. */
export class PresignedLink {
  @ApiProperty(UPLOAD_ID)
  upload_id!: string;

  @ApiProperty({ enum: ['PUT'], description: 'How to send the bytes.' })
  method!: 'PUT';

  @ApiProperty({
    type: String,
    format: 'uri-reference',
    description: 'Where to send the bytes: relative to the origin that answered. Works once.',
  })
  url!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Headers that have to come along.',
  })
  headers!: Readonly<Record<string, string>>;

  @ApiProperty(EXPIRES_AT)
  expires_at!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Bytes that the link takes: the size that was asked for.' })
  max_bytes!: number;
}

/** The answer of PUT /api/uploads/{id}. */
export class StoredUpload {
  @ApiProperty(UPLOAD_ID)
  upload_id!: string;

  @ApiProperty(CONTENT_TYPE)
  content_type!: string;

  @ApiProperty(pixels('width'))
  width!: number;

  @ApiProperty(pixels('height'))
  height!: number;

  @ApiProperty(BYTES)
  bytes!: number;

  @ApiProperty(SHA256)
  sha256!: string;
}

/** The answer of GET /api/uploads/{id}. */
export class UploadState {
  @ApiProperty(UPLOAD_ID)
  upload_id!: string;

  @ApiProperty({
    enum: ['pending', 'stored', 'expired'],
    enumName: 'UploadStatus',
    description:
      '`pending`: the link is good and unused. `stored`: the picture is there, and stays. `expired`: the link was never used.',
  })
  status!: UploadRow['status'];

  @ApiProperty({ description: 'What the caller called the file.' })
  filename!: string;

  @ApiProperty(CONTENT_TYPE)
  content_type!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Bytes that the link takes.' })
  max_bytes!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the link was made.' })
  created_at!: string;

  @ApiProperty(EXPIRES_AT)
  expires_at!: string;

  @ApiProperty(orNull({ type: String, format: 'date-time', description: 'When the picture was stored.' }))
  stored_at!: string | null;

  @ApiProperty(orNull(pixels('width')))
  width!: number | null;

  @ApiProperty(orNull(pixels('height')))
  height!: number | null;

  @ApiProperty(orNull(BYTES))
  bytes!: number | null;

  @ApiProperty(orNull(SHA256))
  sha256!: string | null;
}
