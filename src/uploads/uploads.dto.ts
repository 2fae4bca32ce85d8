import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateBy } from 'class-validator';
import { PICTURE_TYPES, type PictureType } from '../platform/storage/picture-inspector.js';
import { UPLOAD_LIMITS } from './uploads.data.js';
import type { UploadTerms } from './uploads.events.js';

const MAX_ID = 2 ** 31 - 1;

/** A folder or a control character in it is a mistake at best. */
const IsFileName = (): PropertyDecorator =>
  ValidateBy({
    name: 'isFileName',
    validator: {
      validate: (value) => {
        if (typeof value !== 'string' || /[/\\\p{Cc}]/u.test(value)) return false;
        const length = [...value.trim()].length;
        return length >= UPLOAD_LIMITS.filename.min && length <= UPLOAD_LIMITS.filename.max;
      },
      defaultMessage: () =>
        `must have ${String(UPLOAD_LIMITS.filename.min)} to ${String(UPLOAD_LIMITS.filename.max)} characters, without a folder or control characters`,
    },
  });

/** Body of POST /api/uploads/presign. */
@ApiSchema({ name: 'PresignRequest' })
export class PresignDto {
  @ApiProperty({
    description: 'What the file is called: 1 to 255 characters, no folder. Kept as a note; nothing is stored under it.',
    minLength: UPLOAD_LIMITS.filename.min,
    maxLength: UPLOAD_LIMITS.filename.max,
    example: 'harbour.png',
  })
  @IsString()
  @IsFileName()
  filename!: string;

  @ApiProperty({
    enum: [...PICTURE_TYPES],
    enumName: 'PictureType',
    description: 'What the bytes are; they are looked at when they come.',
  })
  @IsIn(PICTURE_TYPES)
  content_type!: PictureType;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: UPLOAD_LIMITS.bytes,
    description: 'Bytes of the file, at most 20 MB (20 · 2^20). The link takes no more than that.',
    example: 1_436_611,
  })
  @IsInt()
  @Min(1)
  @Max(UPLOAD_LIMITS.bytes)
  size!: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_ID,
    default: 1,
    description: 'Whose upload it is; only their runs can use it.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  user_id?: number;
}

/** Query of PUT /api/uploads/{id}, as the link has it. What is missing or wrong makes a link that is not ours, not an invalid request. */
export class UploadLinkDto {
  @ApiPropertyOptional({ description: 'Until when the link is good: seconds since 1970.' })
  @IsOptional()
  @IsString()
  expires?: string;

  @ApiPropertyOptional({ description: 'HMAC-SHA-256 of what the link permits, base64url.' })
  @IsOptional()
  @IsString()
  signature?: string;
}

/** The body with the defaults filled in. */
export const toWish = ({ filename, content_type, size, user_id = 1 }: PresignDto): Omit<UploadTerms, 'expires_at'> => ({
  user_id,
  filename: filename.trim(),
  content_type,
  size,
});
