import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, inRepository, PlantedTree } from '../support/planted-tree.js';

interface Mistake {
  /** In words. */
  readonly mistake: string;
  /** The first place of this text in the dashboard is changed. */
  readonly from: string;
  readonly to: string;
  /** Of the panel that the check has to name; nothing where the mistake is outside of panels. */
  readonly panel?: string;
  /** A part of what the check has to say. */
  readonly says: string;
}

const CHECK = 'scripts/check-dashboards.mjs';
const FOLDER = 'grafana/dashboards';
/** A long run on a slow machine: the compiler reads the types of every kind of panel. */
const PATIENCE_MS = 180_000;

const unknownKey = (key: string): string => `there is no key ${key} here`;

/** All of these are in one dashboard, which has every kind of panel but one. */
const MISTAKES: readonly Mistake[] = [
  { mistake: 'a key of the dashboard', from: '"refresh"', to: '"refrsh"', says: unknownKey('refrsh') },
  { mistake: 'a key of a variable', from: '"label": "Prom', to: '"lable": "Prom', says: unknownKey('lable') },
  {
    mistake: 'a key of a row',
    from: '"collapsed"',
    to: '"colapsed"',
    panel: 'The log',
    says: unknownKey('colapsed'),
  },
  {
    mistake: 'a key of a panel',
    from: '"transparent"',
    to: '"transparant"',
    panel: 'Events',
    says: unknownKey('transparant'),
  },
  {
    mistake: 'a kind of panel',
    from: '"type": "stat"',
    to: '"type": "stats"',
    panel: 'Events',
    says: 'of a kind, stats',
  },
  {
    mistake: 'an option of a stat',
    from: '"graphMode"',
    to: '"grahpMode"',
    panel: 'Events',
    says: unknownKey('grahpMode'),
  },
  {
    mistake: 'a word of an option',
    from: '"area"',
    to: '"areas"',
    panel: 'Events',
    says: `"areas"' is not assignable`,
  },
  { mistake: 'a field setting', from: '"unit"', to: '"units"', panel: 'Events', says: unknownKey('units') },
  {
    mistake: 'a key of a threshold',
    from: '"steps": [{ "value"',
    to: '"steps": [{ "val"',
    panel: 'Events',
    says: unknownKey('val'),
  },
  { mistake: 'a key of a query', from: '"legendFormat"', to: '"legend"', panel: 'Events', says: unknownKey('legend') },
  {
    mistake: 'a field setting of lines alone',
    from: '"fillOpacity"',
    to: '"fillOpactiy"',
    panel: 'Events appended',
    says: unknownKey('fillOpactiy'),
  },
  {
    mistake: 'a key inside of an option of lines',
    from: '"placement": "right"',
    to: '"place": "right"',
    panel: 'Events appended',
    says: unknownKey('place'),
  },
  {
    mistake: 'a key inside of an option of a heatmap',
    from: '"scheme": "Oranges"',
    to: '"schema": "Oranges"',
    panel: 'How long appends take',
    says: unknownKey('schema'),
  },
];

const DASHBOARD = 'darkroom-eventstore.json';
const nameOf = (index: number): string => `mistake-${String(index)}.json`;

const planted = (healthy: string): Files =>
  Object.fromEntries(
    MISTAKES.map(({ from, to }, index) => [join(FOLDER, nameOf(index)), healthy.replace(from, () => to)]),
  );

describe('what holds dashboards against the types of Grafana', () => {
  let tree: PlantedTree | null = null;
  let said = '';

  beforeAll(() => {
    const healthy = Object.fromEntries(
      readdirSync(inRepository(FOLDER)).map((name) => [
        join(FOLDER, name),
        readFileSync(inRepository(join(FOLDER, name)), 'utf8'),
      ]),
    );
    tree = PlantedTree.grow({ ...healthy, ...planted(healthy[join(FOLDER, DASHBOARD)] ?? '') });
    said = tree.run(CHECK, tree.root);
  }, PATIENCE_MS);

  afterAll(() => {
    tree?.fell();
  });

  it('has nothing to say of the dashboards that are there', () => {
    const lines = said.split('\n').filter((line) => line.startsWith('darkroom-'));
    expect(lines).toEqual([]);
  });

  it.each(MISTAKES.map((each, index) => [each.mistake, index, each] as const))(
    'finds a mistake in %s',
    (_mistake, index, { panel, says }) => {
      const where = panel === undefined ? nameOf(index) : `${nameOf(index)} › ${panel}`;
      const lines = said.split('\n').filter((line) => line.startsWith(nameOf(index)));
      expect(lines).toEqual([expect.stringContaining(says)]);
      expect(lines[0]?.startsWith(where)).toBe(true);
    },
  );
});
