import { UPLOAD_TIMES, storedPicture, termsOf, uploadHappened } from '../../test/support/uploads.js';
import { fold } from '../eventsourcing/decider.js';
import type { UploadEvent } from './uploads.events.js';
import { UPLOAD_KIND } from './uploads.store.js';

const rowsOf = (history: readonly UploadEvent[], newest = history): object =>
  UPLOAD_KIND.inlineRows(fold(UPLOAD_KIND.decider, history), newest);

const { presigned, stored, expired } = uploadHappened;
const always = { ...termsOf(), created_at: UPLOAD_TIMES.presigned };
const { content_type: _type, ...measured } = storedPicture();

/** What the row says after a history; columns that are left out are null. */
const SITUATIONS: readonly (readonly [situation: string, history: readonly UploadEvent[], row: object])[] = [
  ['whose link is unused', [presigned()], { status: 'pending' }],
  ['whose picture is there', [presigned(), stored()], { status: 'stored', ended_at: UPLOAD_TIMES.stored, ...measured }],
  ['that expired', [presigned(), expired()], { status: 'expired', ended_at: UPLOAD_TIMES.expired }],
];

describe('the row of an upload', () => {
  it.each(SITUATIONS)('%s', (_, history, row) => {
    expect(rowsOf(history)).toEqual({ upload: [{ ...always, ...row }] });
  });

  it('is whole also where only the last event is appended', () => {
    expect(rowsOf([presigned(), stored()], [stored()])).toEqual(rowsOf([presigned(), stored()]));
  });

  it('is none where there is no upload', () => {
    expect(rowsOf([])).toEqual({});
  });
});
