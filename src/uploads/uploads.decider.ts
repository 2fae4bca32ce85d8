import type { Decider } from '../eventsourcing/decider.js';
import type { ExpireUpload, OpenUpload, StoreUpload, UploadCommand } from './uploads.commands.js';
import { UploadConflict, UploadLinkRefused, UploadNotFound } from './uploads.errors.js';
import type { StoredPicture, UploadEvent, UploadTerms } from './uploads.events.js';

interface Presigned {
  readonly terms: UploadTerms;
  readonly presignedAt: string;
}

export type Upload =
  | { readonly status: 'none' }
  | (Presigned & { readonly status: 'pending' })
  | (Presigned & { readonly status: 'stored'; readonly picture: StoredPicture; readonly endedAt: string })
  | (Presigned & { readonly status: 'expired'; readonly endedAt: string });

const isOver = ({ terms }: Presigned, at: Date): boolean => at.getTime() > Date.parse(terms.expires_at);

const open = ({ terms, now }: OpenUpload, state: Upload): UploadEvent[] => {
  if (state.status !== 'none') throw new UploadConflict('The upload exists already');
  return [{ type: 'UploadPresigned', data: { ...terms, presigned_at: now.toISOString() } }];
};

/** The pending upload that a PUT may fill which came at that moment. @throws UploadNotFound, UploadConflict, UploadLinkRefused */
export const fillable = (uploadId: string, state: Upload, at: Date): Extract<Upload, { status: 'pending' }> => {
  if (state.status === 'none') throw new UploadNotFound(uploadId);
  if (state.status === 'stored') throw new UploadConflict('The link was used; it is good for one upload');
  if (state.status === 'expired' || isOver(state, at)) {
    throw new UploadLinkRefused(`The link was good until ${state.terms.expires_at}; ask for another one`);
  }
  return state;
};

const store = ({ uploadId, picture, begunAt, now }: StoreUpload, state: Upload): UploadEvent[] => {
  const { terms } = fillable(uploadId, state, begunAt);
  if (picture.content_type !== terms.content_type || picture.bytes > terms.size) {
    throw new UploadConflict('The picture is not the one that the link was made for');
  }
  return [{ type: 'UploadStored', data: { ...picture, stored_at: now.toISOString() } }];
};

const expire = ({ uploadId, now }: ExpireUpload, state: Upload): UploadEvent[] => {
  if (state.status === 'none') throw new UploadNotFound(uploadId);
  if (state.status !== 'pending' || !isOver(state, now)) return [];
  return [{ type: 'UploadExpired', data: { expired_at: now.toISOString() } }];
};

const decide = (command: UploadCommand, state: Upload): UploadEvent[] => {
  switch (command.type) {
    case 'OpenUpload':
      return open(command, state);
    case 'StoreUpload':
      return store(command, state);
    case 'ExpireUpload':
      return expire(command, state);
    default:
      return command satisfies never;
  }
};

const evolve = (state: Upload, event: UploadEvent): Upload => {
  if (event.type === 'UploadPresigned') {
    const { presigned_at: presignedAt, ...terms } = event.data;
    return { status: 'pending', terms, presignedAt };
  }
  if (state.status === 'none') return state;
  const { terms, presignedAt } = state;
  switch (event.type) {
    case 'UploadStored': {
      const { stored_at: endedAt, ...picture } = event.data;
      return { status: 'stored', terms, presignedAt, picture, endedAt };
    }
    case 'UploadExpired':
      return { status: 'expired', terms, presignedAt, endedAt: event.data.expired_at };
    default:
      return event satisfies never;
  }
};

/** The life of an upload: pending → stored or expired, and no further. */
export const uploadDecider: Decider<Upload, UploadCommand, UploadEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
};
