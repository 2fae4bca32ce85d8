import { UPLOAD_TIMES, askUpload, storedPicture, termsOf, uploadHappened } from '../../test/support/uploads.js';
import { specificationOf, type Expectation } from '../eventsourcing/testing/decider-specification.js';
import type { UploadCommand } from './uploads.commands.js';
import { uploadDecider, type Upload } from './uploads.decider.js';
import type { UploadEvent } from './uploads.events.js';

const given = specificationOf(uploadDecider);
const { presigned, stored, expired } = uploadHappened;

type Status = Upload['status'];
type Outcome = readonly [meaning: string, check: (expectation: Expectation<UploadEvent>) => void];

const HISTORIES: Readonly<Record<Status, readonly UploadEvent[]>> = {
  none: [],
  pending: [presigned()],
  stored: [presigned(), stored()],
  expired: [presigned(), expired()],
};

const COMMANDS: Readonly<Record<UploadCommand['type'], UploadCommand>> = {
  OpenUpload: askUpload.open(),
  StoreUpload: askUpload.store(),
  ExpireUpload: askUpload.expire(),
};

const rejects =
  (name: string, code: string) =>
  (expectation: Expectation<UploadEvent>): void => {
    expectation.thenRejects({ name, code });
  };
const leadsTo =
  (...events: readonly UploadEvent[]) =>
  (expectation: Expectation<UploadEvent>): void => {
    expectation.then(...events);
  };
const nothing = (expectation: Expectation<UploadEvent>): void => {
  expectation.thenNothing();
};
const conflict = rejects('UploadConflict', 'conflict');
const refused = rejects('UploadLinkRefused', 'forbidden');
const notFound = rejects('UploadNotFound', 'not_found');

/** What each command means in each status. */
const MEANINGS: Readonly<Record<UploadCommand['type'], Readonly<Record<Status, Outcome>>>> = {
  OpenUpload: {
    none: [
      'makes the link with its terms',
      leadsTo({ type: 'UploadPresigned', data: { ...termsOf(), presigned_at: UPLOAD_TIMES.presigned } }),
    ],
    pending: ['refuses to make it twice', conflict],
    stored: ['refuses to make it again', conflict],
    expired: ['refuses to revive it', conflict],
  },
  StoreUpload: {
    none: ['knows no such upload', notFound],
    pending: [
      'records the picture',
      leadsTo({ type: 'UploadStored', data: { ...storedPicture(), stored_at: UPLOAD_TIMES.stored } }),
    ],
    stored: ['refuses a second picture: the link works once', conflict],
    expired: ['refuses a link that was closed', refused],
  },
  ExpireUpload: {
    none: ['knows no such upload', notFound],
    pending: [
      'closes a link that nobody used',
      leadsTo({ type: 'UploadExpired', data: { expired_at: UPLOAD_TIMES.expired } }),
    ],
    stored: ['leaves what is stored alone', nothing],
    expired: ['has nothing to do twice', nothing],
  },
};

describe.each(Object.entries(MEANINGS))('%s', (type, byStatus) => {
  it.each(Object.entries(byStatus).map(([status, [meaning, check]]) => [status, meaning, check] as const))(
    'where the upload is %s, %s',
    (status, _meaning, check) => {
      check(given(...HISTORIES[status as Status]).when(COMMANDS[type as UploadCommand['type']]));
    },
  );
});

describe('a link in time', () => {
  const atExpiry = new Date(UPLOAD_TIMES.expires);
  const late = new Date(atExpiry.getTime() + 1);

  it('is good for a PUT that begins in its last millisecond, however long it takes', () => {
    given(presigned())
      .when(askUpload.store({ begunAt: atExpiry, now: new Date('2026-01-01T10:20:00.000Z') }))
      .then({ type: 'UploadStored', data: { ...storedPicture(), stored_at: '2026-01-01T10:20:00.000Z' } });
  });

  it('is good for none that begins a millisecond later', () => {
    given(presigned())
      .when(askUpload.store({ begunAt: late }))
      .thenRejects({ name: 'UploadLinkRefused' });
  });

  it('is not closed before', () => {
    given(presigned())
      .when(askUpload.expire({ now: atExpiry }))
      .thenNothing();
    given(presigned())
      .when(askUpload.expire({ now: late }))
      .then({ type: 'UploadExpired', data: { expired_at: late.toISOString() } });
  });
});

describe('a picture that the link was not made for', () => {
  it.each([
    ['of another type', { content_type: 'image/jpeg' }],
    ['with more bytes', { bytes: 5_001 }],
  ])('is refused: one %s', (_, change) => {
    given(presigned())
      .when(askUpload.store({ picture: storedPicture(change) }))
      .thenRejects({ name: 'UploadConflict', code: 'conflict' });
  });

  it('is taken when it has fewer bytes, or just as many', () => {
    for (const bytes of [1, 5_000])
      given(presigned())
        .when(askUpload.store({ picture: storedPicture({ bytes }) }))
        .then({ type: 'UploadStored', data: { ...storedPicture({ bytes }), stored_at: UPLOAD_TIMES.stored } });
  });
});
