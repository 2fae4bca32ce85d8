import { UPLOAD_ID, UPLOAD_TIMES, storedPicture, termsOf } from '../../test/support/uploads.js';
import type { UploadRow } from './uploads.queries.js';
import { uploadView } from './uploads-view.policy.js';

const pending: UploadRow = {
  ...termsOf(),
  upload_id: UPLOAD_ID,
  created_at: UPLOAD_TIMES.presigned,
  status: 'pending',
  ended_at: null,
  width: null,
  height: null,
  bytes: null,
  sha256: null,
};
const inTime = new Date(UPLOAD_TIMES.expires);
const late = new Date(inTime.getTime() + 1);

describe('the state of an upload', () => {
  it('is pending until its link runs out, and expired in the millisecond after', () => {
    expect(uploadView(pending, inTime)).toMatchObject({ status: 'pending', max_bytes: 5_000, stored_at: null });
    expect(uploadView(pending, late).status).toBe('expired');
  });

  it('stays expired once that was recorded', () => {
    const row = { ...pending, status: 'expired', ended_at: UPLOAD_TIMES.expired } as const;
    expect(uploadView(row, inTime)).toMatchObject({ status: 'expired', stored_at: null });
  });

  it('stays stored for ever, with the measures of the picture', () => {
    const { content_type: _type, ...measured } = storedPicture();
    const row = { ...pending, ...measured, status: 'stored', ended_at: UPLOAD_TIMES.stored } as const;
    expect(uploadView(row, new Date('2036-01-01T00:00:00Z'))).toMatchObject({
      status: 'stored',
      stored_at: UPLOAD_TIMES.stored,
      ...measured,
    });
  });
});
