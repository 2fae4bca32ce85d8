// The name of a file says what it is; the dependency rules and the test runner go by it, so a wrong name would escape both.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const KINDS = [
  'events',
  'commands',
  'queries',
  'decider',
  'policy',
  'handlers',
  'projection',
  'reactor',
  'processor',
  'controller',
  'dto',
  'errors',
  'port',
  'provider',
  'store',
  'module',
  'data',
  'signal',
];
const TOP = ['src/main.ts', 'src/cli.ts', 'src/app.module.ts'];
/** Technical code, named by its idea; the folder of a provider holds the machinery behind it. */
const PLAIN = /^src\/(?:eventsourcing|platform|providers\/[^/]+)\//;
const EMPTY_WORDS = [
  'util',
  'utils',
  'common',
  'shared',
  'base',
  'helper',
  'helpers',
  'manager',
  'managers',
  'misc',
  'core',
  'index',
];
/** Sub-folders count, specs and what specs speak with do not (docs/decisions/0014 and 0028). */
const KERNEL_LIMIT = 21;
const KERNEL = /^src\/eventsourcing\/(?!testing\/).*(?<![.]spec)[.]ts$/;

/** Where a test has to stand so that a project of jest.config.mjs finds it. */
const TEST_FOLDERS = {
  'test/integration/': ['.int-spec.ts'],
  'test/e2e/': ['.e2e-spec.ts'],
  'test/web/': ['.web-spec.ts'],
  'test/observability/': ['.obs-spec.ts'],
  'test/process/': ['.proc-spec.ts', '.drill-spec.ts', '.mjs'],
  'test/architecture/': ['.arch-spec.ts'],
  'test/contract/': ['.contract.ts', '.fixture.ts'],
};

const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

const ofCapability = (path) => path.startsWith('src/') && !TOP.includes(path) && !PLAIN.test(path);

const rules = {
  'closed-kinds': (path) => {
    if (!ofCapability(path)) return null;
    // A property spans the whole capability: decider, policies and all.
    if (path.endsWith('.property.spec.ts')) return null;
    if (path.split('/').length === 2) return `at the top of src/ stand only ${TOP.join(', ')}`;
    const kind = path
      .slice(path.lastIndexOf('/') + 1)
      .replace(/[.]spec[.]ts$/, '.ts')
      .split('.')
      .at(-2);
    return KINDS.includes(kind)
      ? null
      : `the last part of the name is none of ${KINDS.map((each) => `.${each}`).join(' ')}`;
  },
  'kebab-case': (path) => {
    const parts = path.split('/').flatMap((segment) => segment.split('.'));
    return parts.every((part) => kebab.test(part)) ? null : 'names are kebab-case, the kind behind a dot';
  },
  'telling-name': (path) => {
    const words = path.split(/[/.-]/);
    const empty = EMPTY_WORDS.find((word) => words.includes(word));
    return empty === undefined ? null : `"${empty}" does not say what is inside`;
  },
  'found-by-the-runner': (path) => {
    if (path.startsWith('src/')) return /-spec[.]|[.]test[.]/.test(path) ? 'a pure spec ends in .spec.ts' : null;
    const folder = Object.keys(TEST_FOLDERS).find((each) => path.startsWith(each));
    if (folder === undefined) return /spec[.]ts$|[.]test[.]/.test(path) ? 'no Jest project looks here' : null;
    const endings = TEST_FOLDERS[folder];
    if (endings.some((ending) => path.endsWith(ending))) return null;
    return `in ${folder} a file ends in ${endings.join(' or ')}; what tests share stands in test/support`;
  },
};

const walk = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /[.](?:ts|mjs|cjs|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    // What a benchmark has installed for itself.
    .filter((path) => !path.includes(`${sep}node_modules${sep}`));

/** Every breach under `root`, as {rule, path, why}, paths with forward slashes. */
const findBadNames = (root) => {
  const paths = ['src', 'test', 'scripts', 'bench']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap(walk)
    .map((path) => relative(root, path).split(sep).join('/'))
    .sort();
  const kernel = paths.filter((path) => KERNEL.test(path));
  const breaches = paths.flatMap((path) =>
    Object.entries(rules).flatMap(([rule, judge]) => {
      const why = judge(path);
      return why === null ? [] : [{ rule, path, why }];
    }),
  );
  if (kernel.length > KERNEL_LIMIT) {
    breaches.push({
      rule: 'small-kernel',
      path: 'src/eventsourcing',
      why: `${kernel.length} files; the kernel has at most ${KERNEL_LIMIT}`,
    });
  }
  return breaches;
};

if (argv[2] === '--rules') {
  console.log([...Object.keys(rules), 'small-kernel'].join('\n'));
  exit(0);
}
const breaches = findBadNames(argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
for (const { rule, path, why } of breaches) console.log(`${path}: ${why} (${rule})`);
exit(breaches.length === 0 ? 0 : 1);
