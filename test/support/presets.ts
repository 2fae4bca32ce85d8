import { ChangePreset, CreatePreset, DeletePreset, type NewPreset } from '../../src/presets/presets.commands.js';
import type { PresetContent, PresetEvent, Visibility } from '../../src/presets/presets.events.js';
import { METADATA } from './event-samples.js';

/** Each step happens at a time of its own, so that a mixed-up time cannot pass. */
export const PRESET_TIMES = {
  created: '2026-02-01T10:00:00.000Z',
  changed: '2026-02-01T11:00:00.000Z',
  deleted: '2026-02-01T12:00:00.000Z',
  now: '2026-02-01T13:00:00.000Z',
} as const;

/** Who owns the presets that have an owner. */
export const OWNER = 7;

export const presetContent = (change: Partial<PresetContent> = {}): PresetContent => ({
  name: 'Blue Hour',
  category: 'image',
  description: null,
  prompt_template: '{prompt}, in the blue hour',
  negative_prompt: 'direct sun',
  parameters: { width: 512, height: 256, steps: 12 },
  ...change,
});

export const newPreset = (change: Partial<NewPreset> = {}): NewPreset => ({
  ...presetContent(),
  id: 'blue_hour',
  owner: null,
  visibility: 'shared',
  ...change,
});

/** Events of a preset in the shortest words; times from PRESET_TIMES. */
export const presetHappened = {
  created: (change: Partial<NewPreset> = {}): PresetEvent => ({
    type: 'PresetCreated',
    data: { ...newPreset(change), created_at: PRESET_TIMES.created },
  }),
  changed: (change: Partial<PresetContent> = {}, visibility: Visibility = 'shared'): PresetEvent => ({
    type: 'PresetChanged',
    data: { ...presetContent(change), visibility, changed_at: PRESET_TIMES.changed },
  }),
  deleted: (): PresetEvent => ({ type: 'PresetDeleted', data: { deleted_at: PRESET_TIMES.deleted } }),
};

const issued = { metadata: METADATA, now: new Date(PRESET_TIMES.now) };

/** Commands of callers, without headers unless a test gives some. */
export const askPreset = {
  create: (change: Partial<NewPreset> = {}): CreatePreset => new CreatePreset(newPreset(change), null, issued),
  change: (
    change: Partial<PresetContent> = {},
    {
      id = 'blue_hour',
      userId = 1,
      visibility = null,
      ifMatch,
    }: { id?: string; userId?: number; visibility?: Visibility | null; ifMatch?: string } = {},
  ): ChangePreset => new ChangePreset({ id, userId, ifMatch }, presetContent(change), visibility, issued),
  delete: ({ id = 'blue_hour', userId = 1, ifMatch }: { id?: string; userId?: number; ifMatch?: string } = {}) =>
    new DeletePreset({ id, userId, ifMatch }, issued),
};
