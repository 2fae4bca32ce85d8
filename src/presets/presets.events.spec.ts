import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from '../eventsourcing/decider.js';
import type { DomainEvent } from '../eventsourcing/event.js';
import { EventTypes } from '../eventsourcing/upcaster.js';
import { presetDecider } from './presets.decider.js';
import { PRESET_EVENTS, type PresetEvent } from './presets.events.js';

const FOLDER = join(__dirname, '../../test/fixtures/events');
const types = new EventTypes([PRESET_EVENTS]);

const history = (...names: readonly PresetEvent['type'][]): ReturnType<typeof presetDecider.evolve> =>
  fold(
    presetDecider,
    names.map((name) => {
      const { type, data } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as DomainEvent;
      return types.decode(type, data, 1) as PresetEvent;
    }),
  );

describe('golden events of presets', () => {
  it('lead to a preset as its owner made it', () => {
    expect(history('PresetCreated')).toEqual({
      status: 'active',
      id: 'ukiyo_e',
      owner: 7,
      visibility: 'private',
      content: {
        name: 'Ukiyo-e – 浮世絵',
        category: 'image',
        description: 'Woodblock prints of the Edo period.',
        prompt_template: '{prompt}, ukiyo-e woodblock print, flat colours',
        negative_prompt: 'photograph, gradients',
        parameters: {
          ...{ width: 832, height: 1216, cfg_scale: 8.5, steps: 28, style: 'editorial' },
          ...{ provider: 'builtin', model: 'studio' },
        },
      },
      createdAt: '2026-11-26T11:02:31.406Z',
      changedAt: '2026-11-26T11:02:31.406Z',
    });
  });

  it('lead to one that was changed as a whole and then shared', () => {
    expect(history('PresetCreated', 'PresetChanged')).toMatchObject({
      status: 'active',
      owner: 7,
      visibility: 'shared',
      content: {
        description: null,
        prompt_template: 'ukiyo-e woodblock print of {prompt}',
        negative_prompt: null,
        parameters: { seed: 1868 },
      },
      changedAt: '2026-11-26T11:04:09.118Z',
    });
  });

  it('lead to one that is gone, and to another one after it', () => {
    expect(history('PresetCreated', 'PresetDeleted')).toMatchObject({
      status: 'deleted',
      deletedAt: '2026-11-26T11:09:55.020Z',
    });
    expect(history('PresetCreated', 'PresetChanged', 'PresetDeleted', 'PresetCreated')).toEqual(
      history('PresetCreated'),
    );
  });
});
