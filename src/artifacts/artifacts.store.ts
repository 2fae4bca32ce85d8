import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { BlobStore, type StoredBlob } from '../platform/storage/blob-store.port.js';
import { thumbnail } from '../platform/storage/thumbnails.js';
import { ArtifactNotFound } from './artifacts.errors.js';

export interface StoredArtifact {
  readonly id: string;
  readonly runId: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of a video: its first frame, and a small animation. */
  readonly posterSha256: string | null;
  readonly previewSha256: string | null;
}

interface Row {
  readonly id: string;
  readonly run_id: string;
  readonly content_type: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly poster_sha256: string | null;
  readonly preview_sha256: string | null;
}

const BY_ID = {
  name: 'artifact_by_id',
  text: 'select id, run_id, content_type, bytes, sha256, poster_sha256, preview_sha256 from artifacts where id = $1',
};

/** Artifacts by their id, and their thumbnails, which are made when somebody first asks for them. */
@Injectable()
export class Artifacts {
  private readonly making = new Map<string, Promise<StoredBlob>>();

  constructor(
    private readonly pool: Pool,
    private readonly blobs: BlobStore,
  ) {}

  /** @throws ArtifactNotFound */
  async find(id: string): Promise<StoredArtifact> {
    const { rows } = await this.pool.query<Row>({ ...BY_ID, values: [id] });
    const [row] = rows;
    if (!row) throw new ArtifactNotFound(id);
    return {
      id: row.id,
      runId: row.run_id,
      contentType: row.content_type,
      bytes: Number(row.bytes),
      sha256: row.sha256,
      posterSha256: row.poster_sha256,
      previewSha256: row.preview_sha256,
    };
  }

  /** The thumbnail of a picture, which may turn out to be damaged. @throws BlobNotFound, BlobCorrupt, StorageUnavailable */
  async thumbnailOf(sha256: string): Promise<StoredBlob> {
    return (await this.known(sha256)) ?? (await this.makeThumbnail(sha256));
  }

  /** Makes it anew; requests at the same time make it once. @throws BlobNotFound, BlobCorrupt, StorageUnavailable */
  async makeThumbnail(sha256: string): Promise<StoredBlob> {
    const making = this.making.get(sha256) ?? this.make(sha256).finally(() => this.making.delete(sha256));
    this.making.set(sha256, making);
    return making;
  }

  private async known(sha256: string): Promise<StoredBlob | null> {
    const { rows } = await this.pool.query<{ thumbnail_sha256: string; bytes: number }>(
      'select thumbnail_sha256, bytes from thumbnails where sha256 = $1',
      [sha256],
    );
    const [row] = rows;
    return row ? this.blobs.stat(row.thumbnail_sha256) : null;
  }

  private async make(sha256: string): Promise<StoredBlob> {
    const blob = await this.blobs.put(await thumbnail(await this.blobs.read(sha256)));
    await this.pool.query(
      `insert into thumbnails (sha256, thumbnail_sha256, bytes) values ($1, $2, $3)
       on conflict (sha256) do update set thumbnail_sha256 = excluded.thumbnail_sha256, bytes = excluded.bytes`,
      [sha256, blob.sha256, blob.bytes],
    );
    return blob;
  }
}
