import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { UploadNotFound } from './uploads.errors.js';
import { UploadedPictures, type UploadedPicture, type UploadUnusable } from './uploads.port.js';
import { GetUpload, type UploadRow } from './uploads.queries.js';

/** The columns that the driver does not give as the row's types say. */
interface DriverRow extends Omit<UploadRow, 'size' | 'bytes' | 'created_at' | 'expires_at' | 'ended_at'> {
  readonly size: string;
  readonly bytes: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A link that nobody used in its time. */
export interface Overdue {
  readonly upload_id: string;
  /** As the database writes it, to the microsecond. */
  readonly expires_at: string;
}

const BY_IDS = {
  name: 'uploads_by_id',
  text: `select upload_id, user_id, filename, content_type, size, created_at, expires_at, status, ended_at, width, height, bytes, sha256
           from uploads where upload_id = any($1::uuid[])`,
};

const toRow = (row: DriverRow): UploadRow => ({
  ...row,
  size: Number(row.size),
  bytes: row.bytes === null ? null : Number(row.bytes),
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at.toISOString(),
  ended_at: row.ended_at?.toISOString() ?? null,
});

/** The rows of uploads. */
@Injectable()
export class UploadRows {
  constructor(private readonly pool: Pool) {}

  /** Those of the uploads that there are, in any order. @param ids UUIDs */
  async find(ids: readonly string[]): Promise<readonly UploadRow[]> {
    const { rows } = await this.pool.query<DriverRow>({ ...BY_IDS, values: [ids] });
    return rows.map(toRow);
  }

  /** A page of the links that were good until some seconds ago at the latest, and that nobody used. @param after the last of the page before */
  async overdue(graceSeconds: number, limit: number, after: Overdue | null): Promise<readonly Overdue[]> {
    const { rows } = await this.pool.query<Overdue>(
      `select upload_id, expires_at::text from uploads
        where status = 'pending' and expires_at < clock_timestamp() - make_interval(secs => $1)
          and ($3::timestamptz is null or (expires_at, upload_id) > ($3, $4::uuid))
        order by expires_at, upload_id limit $2`,
      [graceSeconds, limit, after?.expires_at, after?.upload_id],
    );
    return rows;
  }
}

@QueryHandler(GetUpload)
export class GetUploadHandler implements IQueryHandler<GetUpload> {
  constructor(private readonly uploads: UploadRows) {}

  /** @throws UploadNotFound */
  async execute({ uploadId }: GetUpload): Promise<UploadRow> {
    const [row] = await this.uploads.find([uploadId]);
    if (!row) throw new UploadNotFound(uploadId);
    return row;
  }
}

const unknown = (id: string): UploadUnusable => ({
  outcome: 'unknown',
  message: `No upload has the id ${id.slice(0, 100)}`,
});

/** The answer for an upload whose bytes are not there. */
const missing = ({ upload_id, status, expires_at }: UploadRow, now: Date): UploadUnusable =>
  status === 'expired' || now.getTime() > Date.parse(expires_at)
    ? { outcome: 'expired', message: `Nothing was uploaded to ${upload_id} before its link expired` }
    : { outcome: 'not_stored', message: `Nothing was uploaded to ${upload_id} yet` };

const usable = (
  id: string,
  row: UploadRow | undefined,
  userId: number,
  now: Date,
): UploadedPicture | UploadUnusable => {
  if (!row) return unknown(id);
  if (row.user_id !== userId) return { outcome: 'foreign', message: `The upload ${row.upload_id} is another user's` };
  const { sha256, width, height, bytes, content_type } = row;
  return sha256 === null || width === null || height === null || bytes === null
    ? missing(row, now)
    : { outcome: 'found', sha256, content_type, width, height, bytes };
};

/** Answers other capabilities from the rows. */
@Injectable()
export class StoredUploads extends UploadedPictures {
  constructor(private readonly uploads: UploadRows) {
    super();
  }

  async find(ids: readonly string[], userId: number): Promise<readonly (UploadedPicture | UploadUnusable)[]> {
    const wanted = [...new Set(ids.filter((id) => UUID.test(id)).map((id) => id.toLowerCase()))];
    const rows = wanted.length === 0 ? [] : await this.uploads.find(wanted);
    const known = new Map(rows.map((row) => [row.upload_id, row]));
    const now = new Date();
    return ids.map((id) => usable(id, known.get(id.toLowerCase()), userId, now));
  }
}
