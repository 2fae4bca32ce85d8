import {
  askPreset,
  newPreset,
  OWNER,
  PRESET_TIMES,
  presetContent,
  presetHappened,
} from '../../test/support/presets.js';
import { specificationOf, type Expectation } from '../eventsourcing/testing/decider-specification.js';
import type { PresetCommand } from './presets.commands.js';
import { presetDecider, type Preset } from './presets.decider.js';
import type { PresetEvent } from './presets.events.js';

const given = specificationOf(presetDecider);
const { created, changed, deleted } = presetHappened;

type Status = Preset['status'];
type Outcome = readonly [meaning: string, check: (expectation: Expectation<PresetEvent>) => void];

const HISTORIES: Readonly<Record<Status, readonly PresetEvent[]>> = {
  none: [],
  active: [created()],
  deleted: [created(), deleted()],
};

const COMMANDS: Readonly<Record<PresetCommand['type'], PresetCommand>> = {
  CreatePreset: askPreset.create(),
  ChangePreset: askPreset.change({ name: 'Evening' }),
  DeletePreset: askPreset.delete(),
};

const rejects =
  (name: string, code: string) =>
  (expectation: Expectation<PresetEvent>): void => {
    expectation.thenRejects({ name, code });
  };
const leadsTo =
  (...events: readonly PresetEvent[]) =>
  (expectation: Expectation<PresetEvent>): void => {
    expectation.then(...events);
  };
const taken = rejects('PresetConflict', 'conflict');
const notFound = rejects('PresetNotFound', 'not_found');
const makes = leadsTo({ type: 'PresetCreated', data: { ...newPreset(), created_at: PRESET_TIMES.now } });

/** What each command means in each status. */
const MEANINGS: Readonly<Record<PresetCommand['type'], Readonly<Record<Status, Outcome>>>> = {
  CreatePreset: {
    none: ['makes it', makes],
    active: ['refuses: the id is taken', taken],
    deleted: ['makes another one under the id', makes],
  },
  ChangePreset: {
    none: ['knows no such preset', notFound],
    active: [
      'records the whole new content',
      leadsTo({
        type: 'PresetChanged',
        data: { ...presetContent({ name: 'Evening' }), visibility: 'shared', changed_at: PRESET_TIMES.now },
      }),
    ],
    deleted: ['knows no such preset', notFound],
  },
  DeletePreset: {
    none: ['knows no such preset', notFound],
    active: ['deletes it', leadsTo({ type: 'PresetDeleted', data: { deleted_at: PRESET_TIMES.now } })],
    deleted: ['knows no such preset', notFound],
  },
};

describe.each(Object.entries(MEANINGS))('%s', (type, byStatus) => {
  it.each(Object.entries(byStatus).map(([status, [meaning, check]]) => [status, meaning, check] as const))(
    'where the preset is %s, %s',
    (status, _meaning, check) => {
      check(given(...HISTORIES[status as Status]).when(COMMANDS[type as PresetCommand['type']]));
    },
  );
});

describe('a built-in preset', () => {
  it.each([
    ['made', askPreset.create({ id: 'anime_style' })],
    ['changed', askPreset.change({}, { id: 'anime_style' })],
    ['deleted', askPreset.delete({ id: 'anime_style' })],
  ])('is not %s', (_, command) => {
    given().when(command).thenRejects({ name: 'PresetConflict', code: 'conflict' });
  });
});

describe('a change that changes nothing', () => {
  it('is no new version', () => {
    given(created()).when(askPreset.change()).thenNothing();
  });

  it('is one that says the same in another order', () => {
    given(created())
      .when(askPreset.change({ parameters: { steps: 12, height: 256, width: 512 } }))
      .thenNothing();
  });

  it('is judged by the last change', () => {
    given(created(), changed({ name: 'Evening' }))
      .when(askPreset.change({ name: 'Evening' }))
      .thenNothing();
    given(created(), changed({ name: 'Evening' }))
      .when(askPreset.change())
      .then({
        type: 'PresetChanged',
        data: { ...presetContent(), visibility: 'shared', changed_at: PRESET_TIMES.now },
      });
  });
});

describe('a private preset', () => {
  const secret = created({ owner: OWNER, visibility: 'private' });

  it('is not there for anybody but its owner', () => {
    for (const command of [askPreset.change({ name: 'Mine' }), askPreset.delete({ userId: 8 })])
      given(secret).when(command).thenRejects({ name: 'PresetNotFound', code: 'not_found' });
  });

  it('keeps its id all the same', () => {
    given(secret).when(askPreset.create()).thenRejects({ name: 'PresetConflict' });
  });

  it('stays private when its owner changes it and does not say otherwise', () => {
    given(secret)
      .when(askPreset.change({ name: 'Mine' }, { userId: OWNER }))
      .then({
        type: 'PresetChanged',
        data: { ...presetContent({ name: 'Mine' }), visibility: 'private', changed_at: PRESET_TIMES.now },
      });
  });

  it('is shared by its owner, and made private again by nobody else', () => {
    const share = askPreset.change({}, { userId: OWNER, visibility: 'shared' });
    given(secret)
      .when(share)
      .then({
        type: 'PresetChanged',
        data: { ...presetContent(), visibility: 'shared', changed_at: PRESET_TIMES.now },
      });
    given(secret, changed())
      .when(askPreset.change({}, { userId: 8, visibility: 'private' }))
      .thenRejects({ name: 'PresetForbidden', code: 'forbidden' });
  });

  it('needs an owner', () => {
    given(created())
      .when(askPreset.change({}, { visibility: 'private' }))
      .thenRejects({ name: 'PresetForbidden' });
  });
});
