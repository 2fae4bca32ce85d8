import type { Decider } from '../eventsourcing/decider.js';
import { canonicalJson } from '../platform/http/canonical-json.policy.js';
import { builtInPreset } from './built-in-presets.data.js';
import type { ChangePreset, CreatePreset, DeletePreset, PresetCommand, PresetTarget } from './presets.commands.js';
import { PresetConflict, PresetForbidden, PresetNotFound } from './presets.errors.js';
import type { PresetContent, PresetEvent, Visibility } from './presets.events.js';

interface Known {
  readonly id: string;
  readonly owner: number | null;
  readonly visibility: Visibility;
  readonly content: PresetContent;
  readonly createdAt: string;
  readonly changedAt: string;
}

export type Preset =
  | { readonly status: 'none' }
  | (Known & { readonly status: 'active' })
  | (Known & { readonly status: 'deleted'; readonly deletedAt: string });

type Active = Extract<Preset, { status: 'active' }>;

/** Whether a user may know of it. */
export const isVisibleTo = (
  { owner, visibility }: { readonly owner: number | null; readonly visibility: Visibility },
  userId: number,
): boolean => visibility === 'shared' || owner === userId;

/** The preset that a caller means. @throws PresetConflict for a built-in one, PresetNotFound */
export const targeted = ({ id, userId }: Omit<PresetTarget, 'ifMatch'>, state: Preset): Active => {
  if (builtInPreset(id)) throw new PresetConflict(`The preset ${id} is a built-in one and cannot be changed`);
  if (state.status !== 'active' || !isVisibleTo(state, userId)) throw new PresetNotFound(id);
  return state;
};

const create = ({ preset, issued }: CreatePreset, state: Preset): PresetEvent[] => {
  if (builtInPreset(preset.id) || state.status === 'active') throw new PresetConflict(`The id ${preset.id} is taken`);
  return [{ type: 'PresetCreated', data: { ...preset, created_at: issued.now.toISOString() } }];
};

const change = ({ target, content, visibility, issued }: ChangePreset, state: Preset): PresetEvent[] => {
  const known = targeted(target, state);
  const next = visibility ?? known.visibility;
  if (next !== known.visibility && known.owner !== target.userId)
    throw new PresetForbidden(`Only the owner of the preset ${target.id} can say who sees it`);
  // What says the same stays the same version, and whatever was made with it stays in the cache.
  if (next === known.visibility && canonicalJson(content) === canonicalJson(known.content)) return [];
  return [{ type: 'PresetChanged', data: { ...content, visibility: next, changed_at: issued.now.toISOString() } }];
};

const remove = ({ target, issued }: DeletePreset, state: Preset): PresetEvent[] => {
  targeted(target, state);
  return [{ type: 'PresetDeleted', data: { deleted_at: issued.now.toISOString() } }];
};

const decide = (command: PresetCommand, state: Preset): PresetEvent[] => {
  switch (command.type) {
    case 'CreatePreset':
      return create(command, state);
    case 'ChangePreset':
      return change(command, state);
    case 'DeletePreset':
      return remove(command, state);
    default:
      return command satisfies never;
  }
};

const evolve = (state: Preset, event: PresetEvent): Preset => {
  if (event.type === 'PresetCreated') {
    const { id, owner, visibility, created_at: createdAt, ...content } = event.data;
    return { status: 'active', id, owner, visibility, content, createdAt, changedAt: createdAt };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'PresetChanged': {
      const { visibility, changed_at: changedAt, ...content } = event.data;
      return { ...state, visibility, content, changedAt };
    }
    case 'PresetDeleted':
      return { ...state, status: 'deleted', deletedAt: event.data.deleted_at };
    default:
      return event satisfies never;
  }
};

/** The life of an id: none → a preset, changed any number of times → deleted → another preset, with higher versions. */
export const presetDecider: Decider<Preset, PresetCommand, PresetEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
};
