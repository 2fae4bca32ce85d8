import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { RequestInvalid, type RequestIssue } from '../../platform/http/http.errors.js';
import { UploadedPictures, type UploadUnusable } from '../../uploads/uploads.port.js';
import type { OrderedPicture } from '../generation.events.js';
import type { NamedPicture } from './inputs.policy.js';

const ARTIFACT = {
  name: 'input_artifact',
  text: `
  select coalesce(a.poster_sha256, a.sha256) as sha256
    from artifacts a join generations g using (run_id) where a.id = $1 and g.user_id = $2`,
};

const refusal = ({ id, orArtifact }: NamedPicture, upload: UploadUnusable | undefined): string =>
  orArtifact && upload?.outcome === 'unknown'
    ? `No upload and no artifact has the id ${id}`
    : (upload?.message ?? `No upload has the id ${id}`);

/** Pictures that callers brought, or that Darkroom made for them, as inputs of new runs. */
@Injectable()
export class InputPictures {
  constructor(
    private readonly pool: Pool,
    private readonly uploads: UploadedPictures,
  ) {}

  /**
   * The bytes behind the ids, in the order of the question.
   * @throws RequestInvalid with all those that are unknown, another user's, or not uploaded yet
   */
  async resolve(pictures: readonly NamedPicture[], userId: number): Promise<readonly OrderedPicture[]> {
    if (pictures.length === 0) return [];
    const ids = pictures.map(({ id }) => id);
    const uploads = await this.uploads.find(ids, userId);
    const found = await Promise.all(
      pictures.map(async (picture, index): Promise<OrderedPicture | RequestIssue> => {
        const upload = uploads[index];
        if (upload?.outcome === 'found') return { id: picture.id, sha256: upload.sha256 };
        const artifact = picture.orArtifact ? await this.artifact(picture.id, userId) : null;
        return artifact ?? { loc: picture.loc, msg: refusal(picture, upload), type: 'value_error' };
      }),
    );
    const issues = found.filter((each) => 'msg' in each);
    if (issues.length > 0) throw new RequestInvalid(issues);
    return found.filter((each) => 'sha256' in each);
  }

  /** An artifact as a picture: of a video its first frame. */
  private async artifact(id: string, userId: number): Promise<OrderedPicture | null> {
    const { rows } = await this.pool.query<{ sha256: string }>({ ...ARTIFACT, values: [id, userId] });
    const [row] = rows;
    return row ? { id, sha256: row.sha256 } : null;
  }
}
