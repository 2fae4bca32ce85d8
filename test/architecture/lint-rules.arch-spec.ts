import { type Files, inRepository, PlantedTree } from '../support/planted-tree.js';

interface Plant {
  /** What the rule forbids, in words. */
  readonly breach: string;
  readonly rule: string;
  readonly path: string;
  readonly text: string;
  /** A part of the report, where one rule forbids several things. */
  readonly says?: string;
}

interface Report {
  readonly ruleId: string | null;
  readonly message: string;
}

const ESLINT = 'node_modules/eslint/bin/eslint.js';
const CONFIG_FILE = inRepository('eslint.config.mjs');
/** One file for each set of rules. */
const KINDS = [
  'src/x/x.policy.ts',
  'src/x/x.decider.ts',
  'src/x/x.projection.ts',
  'src/x/x.spec.ts',
  'test/e2e/x.e2e-spec.ts',
];

const lines = (...parts: readonly string[]): string => `${parts.join('\n')}\n`;
const repeat = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Legal neighbours of each breach: a rule that reports one of these is too broad. */
const healthy: Files = {
  'src/healthy/time.policy.ts': lines(
    'export const later = (at: string, seconds: number): Date => new Date(Date.parse(at) + seconds * 1000);',
    'export const largest = (a: number, b: number): number => Math.max(a, b);',
  ),
  'src/healthy/healthy.decider.ts': lines(
    "type Event = { readonly type: 'Opened' } | { readonly type: 'Closed' };",
    'export const evolve = (open: boolean, event: Event): boolean => {',
    '  switch (event.type) {',
    "    case 'Opened':",
    '      return true;',
    "    case 'Closed':",
    '      return false;',
    '    default:',
    '      return event satisfies never;',
    '  }',
    '};',
  ),
  'src/healthy/clock.provider.ts': lines(
    "import { Injectable } from '@nestjs/common';",
    '@Injectable()',
    'export class Clock {',
    '  now(): Date {',
    '    return new Date();',
    '  }',
    '}',
  ),
  // The import is used as a type alone, but Nest needs the class itself.
  'src/healthy/healthy.processor.ts': lines(
    "import { Injectable } from '@nestjs/common';",
    "import { Clock } from './clock.provider.js';",
    '@Injectable()',
    'export class HealthyProcessor {',
    '  constructor(private readonly clock: Clock) {}',
    '  stamp(): string {',
    '    return this.clock.now().toISOString();',
    '  }',
    '}',
  ),
  'web/src/healthy.tsx': lines(
    "import { type ReactNode, useState } from 'react';",
    'export const Counter = (): ReactNode => {',
    '  const [value, setValue] = useState(0);',
    '  return (',
    '    <button type="button" onClick={() => setValue(value + 1)}>',
    '      {value}',
    '    </button>',
    '  );',
    '};',
  ),
  'src/platform/config/config.ts': lines('export const home = (): string | undefined => process.env.HOME;'),
  'src/healthy/clock.provider.spec.ts': lines(
    "import { Clock } from './clock.provider.js';",
    "const onRedis = process.argv.includes('--redis') ? describe : describe.skip;",
    "onRedis('the clock', () => {",
    "  it('tells a time', () => {",
    '    expect(new Clock().now()).toBeInstanceOf(Date);',
    '  });',
    '});',
  ),
};

const syntax = (breach: string, path: string, text: string, says: string): Plant => ({
  breach,
  rule: 'no-restricted-syntax',
  path,
  text: lines(text),
  says,
});

const rule = (name: string, path: string, text: string, breach = name): Plant => ({
  breach,
  rule: name,
  path,
  text: lines(text),
});

const impurities: readonly Plant[] = (
  [
    ['Date.now()', 'export const at = (): number => Date.now();', 'Reading the clock'],
    ['Date.now handed on', 'export const clock = Date.now;', 'Reading the clock'],
    ['new Date()', 'export const at = (): Date => new Date();', 'new Date() reads'],
    ['Date()', 'export const at = (): string => Date();', 'Date() reads'],
    ['Math.random()', 'export const seed = (): number => Math.random();', 'Draw random numbers'],
    [
      'randomUUID()',
      "import { randomUUID } from 'node:crypto';\nexport const id = (): string => randomUUID();",
      'Make ids and random bytes',
    ],
  ] as const
).flatMap(([breach, text, says], index) =>
  ['decider', 'policy', 'events', 'errors', 'projection'].map((kind) =>
    syntax(`${breach} in .${kind}`, `src/impure/ambient-${String(index)}.${kind}.ts`, text, says),
  ),
);

const judgements: readonly Plant[] = [
  syntax(
    'an async decision',
    'src/impure/waiting.decider.ts',
    'export const decide = async (): Promise<number> => Promise.resolve(1);',
    'A decision waits for nothing',
  ),
  syntax(
    'an order by locale',
    'src/impure/locale.policy.ts',
    'export const order = (a: string, b: string): number => a.localeCompare(b);',
    'locale of the machine',
  ),
  syntax(
    'state in the module',
    'src/impure/memory.policy.ts',
    'let count = 0;\nexport const next = (): number => (count += 1);',
    'outlives the decision',
  ),
  syntax(
    'a switch that swallows what it does not know',
    'src/impure/swallow.decider.ts',
    "export const f = (a: 'x' | 'y'): number => {\n  switch (a) {\n    case 'x':\n      return 1;\n    default:\n      return 2;\n  }\n};",
    'return x satisfies never',
  ),
  syntax(
    'an evolve that refuses',
    'src/impure/refuse.decider.ts',
    "export const evolve = (state: number): number => {\n  if (state > 1) throw new Error('no');\n  return state;\n};",
    'evolve never refuses',
  ),
];

const everywhere: readonly Plant[] = [
  syntax(
    'a double cast',
    'src/loose/cast.processor.ts',
    'export const f = (a: string): number => a as unknown as number;',
    'double cast',
  ),
  syntax('an enum', 'src/loose/enum.processor.ts', "export enum A {\n  B = 'b',\n}", 'union of strings'),
];

const specs: readonly Plant[] = [
  ["it('should work', () => {});", 'present tense'],
  ['export const f = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));', 'A sleep is slow'],
  ['declare const sleep: (ms: number) => void;\nsleep(1000);', 'A sleep is slow'],
  ["it.only('works', () => {});", 'Every test runs in every run; where'],
  ["describe.skip('a part', () => {});", 'Every test runs in every run; where'],
  ["xit('works', () => {});", 'no test is skipped or singled out'],
].flatMap(([text = '', says = ''], index) =>
  [`src/specs/s${String(index)}.policy.spec.ts`, `test/integration/s${String(index)}.int-spec.ts`].map((path) =>
    syntax(`${text.slice(0, 40)}… in ${path.startsWith('src') ? 'a spec' : 'a test'}`, path, text, says),
  ),
);

const imports: readonly Plant[] = [
  ...['AggregateRoot', 'EventPublisher', 'Saga'].map((name) =>
    rule(
      'no-restricted-imports',
      `src/loose/${name.toLowerCase()}.processor.ts`,
      `export { ${name} } from '@nestjs/cqrs';`,
      `import of ${name}`,
    ),
  ),
  rule(
    'no-restricted-imports',
    'src/loose/env.processor.ts',
    "import { env } from 'node:process';\nexport const home = env.HOME;",
    'import of env',
  ),
  rule(
    'no-restricted-imports',
    'src/loose/output.processor.ts',
    "export * from '../../dist/main.js';",
    'import from dist',
  ),
  rule('no-restricted-imports', 'src/loose/barrel.processor.ts', "export * from './index.js';", 'import of a barrel'),
];

const plain: readonly Plant[] = [
  rule(
    'no-restricted-properties',
    'src/loose/environment.processor.ts',
    'export const home = process.env.HOME;',
    'process.env outside platform/config',
  ),
  rule(
    '@typescript-eslint/no-explicit-any',
    'src/loose/any.processor.ts',
    'export const f = (a: any): string => String(a);',
  ),
  rule(
    '@typescript-eslint/no-non-null-assertion',
    'src/loose/bang.processor.ts',
    'export const f = (a: string | null): number => a!.length;',
  ),
  rule('@typescript-eslint/ban-ts-comment', 'src/loose/ignore.processor.ts', '// @ts-ignore\nexport const a = 1;'),
  rule(
    '@typescript-eslint/no-floating-promises',
    'src/loose/floating.processor.ts',
    'export const f = (): void => {\n  Promise.resolve(1);\n};',
  ),
  rule(
    '@typescript-eslint/consistent-type-imports',
    'src/loose/type-import.processor.ts',
    "import { Readable } from 'node:stream';\nexport type Source = Readable;",
  ),
  rule(
    '@typescript-eslint/no-use-before-define',
    'src/loose/before.processor.ts',
    'export class First {\n  constructor(readonly second: Second) {}\n}\nexport class Second {}',
  ),
  rule(
    '@typescript-eslint/switch-exhaustiveness-check',
    'src/loose/gap.processor.ts',
    "export const f = (a: 'x' | 'y'): number => {\n  switch (a) {\n    case 'x':\n      return 1;\n  }\n  return 2;\n};",
  ),
  rule(
    '@typescript-eslint/max-params',
    'src/loose/params.processor.ts',
    'export const f = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;',
  ),
  rule('no-console', 'src/loose/console.processor.ts', "console.log('hello');"),
  rule('no-warning-comments', 'src/loose/later.processor.ts', '// TODO later\nexport const a = 1;'),
  rule(
    'max-lines',
    'src/loose/long.processor.ts',
    repeat(401, (index) => `export const a${String(index)} = 1;`),
  ),
  rule(
    'max-lines-per-function',
    'src/loose/long-function.processor.ts',
    `export const f = (a: number[]): void => {\n${repeat(60, () => '  a.push(1);')}\n};`,
  ),
  rule(
    'complexity',
    'src/loose/complex.processor.ts',
    `export const f = (a: number): number => {\n${repeat(12, (index) => `  if (a === ${String(index)}) return 1;`)}\n  return 2;\n};`,
  ),
  rule(
    'max-depth',
    'src/loose/deep.processor.ts',
    `export const f = (a: number): number => {\n${repeat(4, (index) => `if (a > ${String(index)}) {`)}\nreturn 1;\n}}}}\n  return 2;\n};`,
  ),
];

const pages: readonly Plant[] = [
  rule(
    'react-hooks/rules-of-hooks',
    'web/src/sometimes.ts',
    "import { useState } from 'react';\nexport const useSometimes = (on: boolean): number => (on ? useState(0)[0] : 0);",
  ),
  rule(
    'react-hooks/exhaustive-deps',
    'web/src/forgotten.ts',
    "import { useEffect } from 'react';\nexport const useTitle = (title: string): void => {\n  useEffect(() => {\n    document.title = title;\n  }, []);\n};",
  ),
];

interface Options {
  readonly name?: string;
  readonly object?: string;
  readonly property?: string;
  readonly message?: string;
}
type Configured = Readonly<Record<string, readonly [number, ...Options[]]>>;

const reportsByFile = (tree: PlantedTree): ReadonlyMap<string, readonly Report[]> => {
  const output = tree.run(ESLINT, '--config', CONFIG_FILE, '--format', 'json', 'src', 'test', 'web/src');
  const results = JSON.parse(output) as readonly { readonly filePath: string; readonly messages: readonly Report[] }[];
  return new Map(results.map(({ filePath, messages }) => [filePath.slice(tree.root.length + 1), messages]));
};

/** The options of a rule that stand for one forbidden construct each, by the path that they apply to. */
const configured = (tree: PlantedTree, paths: readonly string[]): readonly ((name: string) => readonly Options[])[] => {
  const output = tree.run('test/support/lint-configuration.mjs', CONFIG_FILE, ...paths);
  return (JSON.parse(output) as readonly Configured[]).map(
    (rules) => (name) => rules[name]?.slice(1).filter((option) => typeof option === 'object') ?? [],
  );
};

/** Plants for bans that are a list of names, made from that list. */
const plantsOfLists = (policy: readonly Options[], test: readonly Options[]): readonly Plant[] => [
  ...policy.map(({ name = '' }) =>
    rule('no-restricted-globals', `src/global/${name.toLowerCase()}.policy.ts`, `export const use = ${name};`),
  ),
  ...test.map(({ object = '', property = '' }) =>
    rule(
      'no-restricted-properties',
      `test/integration/${property.toLowerCase()}.int-spec.ts`,
      `export const use = ${object}.${property};`,
    ),
  ),
];

const written = [...impurities, ...judgements, ...everywhere, ...specs, ...imports, ...plain, ...pages];

const filesOf = (plants: readonly Plant[]): Files => Object.fromEntries(plants.map(({ path, text }) => [path, text]));

describe('the lint rules', () => {
  let reports: ReadonlyMap<string, readonly Report[]> = new Map();
  let derived: readonly Plant[] = [];
  let messages: readonly string[] = [];

  beforeAll(() => {
    const probe = PlantedTree.grow({});
    const kinds = configured(probe, KINDS);
    probe.fell();
    messages = kinds.flatMap((optionsOf) => optionsOf('no-restricted-syntax').map(({ message = '' }) => message));
    const [policy, test] = [kinds[0], kinds.at(-1)];
    derived = plantsOfLists(policy?.('no-restricted-globals') ?? [], test?.('no-restricted-properties') ?? []);
    const tree = PlantedTree.grow({
      ...healthy,
      ...filesOf(written),
      ...filesOf(derived),
      'src/loose/inline.processor.ts': INLINE,
    });
    reports = reportsByFile(tree);
    tree.fell();
  }, 120_000);

  const INLINE = lines('// eslint-disable-next-line no-console', "console.log('hello');");

  const expectBite = ({ path, rule: name, says = '' }: Plant): void => {
    expect(reports.get(path)).toContainEqual(
      expect.objectContaining({ ruleId: name, message: expect.stringContaining(says) as string }),
    );
  };

  it.each(written)('refuse $breach ($rule)', expectBite);

  it('refuse timers, I/O and the environment in what judges', () => {
    expect(derived.length).toBeGreaterThan(10);
    derived.forEach(expectBite);
  });

  it('cannot be switched off by a comment', () => {
    expect(reports.get('src/loose/inline.processor.ts')).toContainEqual(
      expect.objectContaining({ ruleId: 'no-console' }),
    );
  });

  it.each(Object.keys(healthy))('have nothing against %s', (path) => {
    expect(reports.get(path)).toEqual([]);
  });

  it('have a planted breach for each construct that they forbid', () => {
    const planted = written.flatMap(({ says }) => (says === undefined ? [] : [says]));
    expect([...new Set(messages)].filter((message) => !planted.some((says) => message.includes(says)))).toEqual([]);
  });
});
