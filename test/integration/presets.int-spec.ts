import { compareInlineRows, rebuildInlineRows } from '../../src/eventsourcing/inline-rows.js';
import { PresetRows, StoredPresets } from '../../src/presets/preset-rows.store.js';
import { ChangePresetHandler, CreatePresetHandler, DeletePresetHandler } from '../../src/presets/presets.handlers.js';
import { PRESET_EVENTS } from '../../src/presets/presets.events.js';
import { PRESET_ROWS, Presets } from '../../src/presets/presets.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { KernelProcess } from '../support/kernel-process.js';
import { askPreset, OWNER, PRESET_TIMES } from '../support/presets.js';

/** The presets of one process, without its HTTP side. */
class PresetParts {
  readonly kernel: KernelProcess;
  readonly rows: PresetRows;
  readonly source: StoredPresets;
  readonly create: CreatePresetHandler;
  readonly change: ChangePresetHandler;
  readonly delete: DeletePresetHandler;

  constructor(url: string) {
    this.kernel = new KernelProcess(url, { declarations: [PRESET_EVENTS], poolSize: 4 });
    const presets = new Presets(this.kernel.store);
    this.rows = new PresetRows(this.kernel.pool);
    this.source = new StoredPresets(this.rows);
    this.create = new CreatePresetHandler(presets);
    this.change = new ChangePresetHandler(presets);
    this.delete = new DeletePresetHandler(presets);
  }
}

let database: TestDatabase;
let here: PresetParts;
let there: PresetParts;

beforeEach(async () => {
  database = await freshDatabase();
  here = new PresetParts(database.url);
  there = new PresetParts(database.url);
});
afterEach(async () => {
  await Promise.all([here.kernel.close(), there.kernel.close()]);
  await database.drop();
});

describe('a preset', () => {
  it('is what it was changed to for every process at once', async () => {
    const { preset } = await here.create.execute(askPreset.create());
    expect(await there.rows.find('blue_hour', 1)).toEqual(preset);
    const changed = await there.change.execute(askPreset.change({ parameters: { seed: 3 } }, { ifMatch: '"1"' }));
    expect(await here.rows.find('blue_hour', 1)).toEqual(changed);
    expect(await here.source.find('blue_hour', 1)).toEqual({
      ...{ id: 'blue_hour', version: 2, type: 'image', parameters: { seed: 3 } },
      ...{ promptTemplate: '{prompt}, in the blue hour', negativePrompt: 'direct sun' },
    });
  });

  it('is made by one of those who take its id in several processes at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, n) =>
        (n % 2 === 0 ? here : there).create.execute(askPreset.create({ name: `Name ${String(n)}` })),
      ),
    );
    const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.preset] : []));
    expect(made).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'PresetConflict' });
    expect(await there.rows.find('blue_hour', 1)).toEqual(made[0]);
    expect(await here.kernel.store.head()).toBe(1);
  });

  it('never means two things under one id and version', async () => {
    await here.create.execute(askPreset.create());
    await here.delete.execute(askPreset.delete());
    await there.create.execute(askPreset.create({ name: 'Second' }));
    await there.change.execute(askPreset.change({ name: 'Third' }));
    const { rows } = await database.pool.query<{ version: number }>(
      `select version from events where type in ('PresetCreated', 'PresetChanged') order by position`,
    );
    expect(rows.map(({ version }) => version)).toEqual([1, 3, 4]);
    expect((await here.source.find('blue_hour', 1))?.version).toBe(4);
  });

  it('that is private is found for its owner alone', async () => {
    await here.create.execute(askPreset.create({ owner: OWNER, visibility: 'private' }));
    const seen = await Promise.all([1, OWNER].map((user) => here.source.find('blue_hour', user)));
    expect(seen.map((each) => each?.id)).toEqual([undefined, 'blue_hour']);
    expect((await here.rows.list('image', OWNER)).at(-1)?.id).toBe('blue_hour');
  });
});

describe('the rows of presets', () => {
  it('are what their streams say, and are written anew from them', async () => {
    await here.create.execute(askPreset.create());
    await here.create.execute(askPreset.create({ id: 'gone', owner: OWNER, visibility: 'private' }));
    await here.create.execute(askPreset.create({ id: 'came_back', category: 'video', description: 'Then' }));
    await here.change.execute(askPreset.change({ name: 'Changed', negative_prompt: null }));
    await here.delete.execute(askPreset.delete({ id: 'gone', userId: OWNER }));
    await here.delete.execute(askPreset.delete({ id: 'came_back' }));
    await here.create.execute(askPreset.create({ id: 'came_back', description: 'Now' }));
    const compare = (): Promise<unknown> => compareInlineRows(database.pool, here.kernel.store, PRESET_ROWS);
    expect(await compare()).toEqual([]);
    const { rows } = await database.pool.query(
      'select id, version, name, description, deleted_at from presets order by id',
    );
    expect(rows).toEqual([
      { id: 'blue_hour', version: 2, name: 'Changed', description: null, deleted_at: null },
      { id: 'came_back', version: 3, name: 'Blue Hour', description: 'Now', deleted_at: null },
      { id: 'gone', version: 2, name: 'Blue Hour', description: null, deleted_at: new Date(PRESET_TIMES.now) },
    ]);
    await database.pool.query(`update presets set name = 'Wrong'; delete from presets where id = 'gone'`);
    expect(await compare()).toEqual([{ table: 'presets', unexpected: 2, missing: 3 }]);
    await rebuildInlineRows(database.pool, here.kernel.store, PRESET_ROWS);
    expect(await compare()).toEqual([]);
  });
});
