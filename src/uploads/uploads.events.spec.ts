import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from '../eventsourcing/decider.js';
import type { DomainEvent } from '../eventsourcing/event.js';
import { EventTypes } from '../eventsourcing/upcaster.js';
import { uploadDecider } from './uploads.decider.js';
import { UPLOAD_EVENTS, type UploadEvent } from './uploads.events.js';

const FOLDER = join(__dirname, '../../test/fixtures/events');
const stored = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.startsWith('Upload'))
    .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as DomainEvent]),
);
const types = new EventTypes([UPLOAD_EVENTS]);

const history = (...names: readonly UploadEvent['type'][]): ReturnType<typeof uploadDecider.evolve> =>
  fold(
    uploadDecider,
    names.map((name) => {
      const event = stored.get(name);
      if (event === undefined) throw new Error(`There is no golden event ${name}`);
      return types.decode(event.type, event.data, 1) as UploadEvent;
    }),
  );

describe('golden events of uploads', () => {
  it('exist for every type that is written today', () => {
    expect([...stored.keys()]).toEqual(expect.arrayContaining([...UPLOAD_EVENTS.current]));
  });

  it('lead to an upload whose picture is there', () => {
    expect(history('UploadPresigned', 'UploadStored')).toEqual({
      status: 'stored',
      terms: {
        user_id: 7,
        filename: 'Hafen – 港.png',
        content_type: 'image/png',
        size: 482_913,
        expires_at: '2026-11-24T04:45:17.000Z',
      },
      presignedAt: '2026-11-24T04:30:16.204Z',
      picture: {
        content_type: 'image/png',
        width: 1024,
        height: 768,
        bytes: 482_913,
        sha256: '5d1f4c9a0be27c3f8a64d2e90b17f35c6e8da4120fb93e57c81d60a2f4b7e935',
      },
      endedAt: '2026-11-24T04:30:21.870Z',
    });
  });

  it('lead to a link that nobody used', () => {
    expect(history('UploadPresigned', 'UploadExpired')).toMatchObject({
      status: 'expired',
      endedAt: '2026-11-24T04:57:02.311Z',
    });
  });
});
