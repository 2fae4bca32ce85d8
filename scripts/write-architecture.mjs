// Draws the arrows between the folders of src/ into docs/architecture.md; with --check it only says whether the drawing is current.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = new URL('../docs/architecture.md', import.meta.url);

const BEGIN = '<!-- Generated from the imports in src/: `node scripts/write-architecture.mjs`. -->';
const END = '<!-- End of the generated part. -->';

const BELOW = ['src/eventsourcing', 'src/platform'];

/** From the folders' own configuration, which leaves specs out: they lead through test/support and back. */
const cruise = () => {
  const parameters = ['--config', '.dependency-cruiser.folders.cjs', '--include-only', '^src/'];
  const output = execFileSync(
    execPath,
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...parameters,
      ...['--collapse', '^src/[^/]+', '--output-type', 'json', 'src'],
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(output).modules;
};

const nodeOf = (path) => `${path.replaceAll(/[^a-z]/g, '_')}["${path.replace('src/', '')}"]`;
const idOf = (path) => path.replaceAll(/[^a-z]/g, '_');

const group = (name, label, paths) => [
  `  subgraph ${name}["${label}"]`,
  ...paths.map((path) => `    ${nodeOf(path)}`),
  '  end',
];

/** Sorted, so that the same imports give the same text on every machine. */
const draw = (modules) => {
  const arrows = modules
    .flatMap(({ source, dependencies }) =>
      dependencies.map(({ resolved }) => `  ${idOf(source)} --> ${idOf(resolved)}`),
    )
    .sort();
  const paths = modules.map(({ source }) => source).sort();
  const top = paths.filter((path) => path.endsWith('.ts'));
  const capabilities = paths.filter((path) => !top.includes(path) && !BELOW.includes(path));
  return [
    '```mermaid',
    'flowchart TD',
    ...group('top', 'start', top),
    ...group('capabilities', 'capabilities', capabilities),
    ...group('below', 'kernel and technical services', BELOW),
    ...new Set(arrows),
    '```',
  ].join('\n');
};

const current = readFileSync(target, 'utf8');
const [begin, end] = [current.indexOf(BEGIN), current.indexOf(END)];
if (begin < 0 || end < begin) {
  console.error('docs/architecture.md has lost the two comments between which the drawing stands.');
  exit(1);
}
const written = `${current.slice(0, begin)}${BEGIN}\n\n${draw(cruise())}\n\n${current.slice(end)}`;
if (!argv.includes('--check')) writeFileSync(target, written);
else if (written !== current) {
  console.error('The drawing in docs/architecture.md is not current: run `node scripts/write-architecture.mjs`.');
  exit(1);
}
