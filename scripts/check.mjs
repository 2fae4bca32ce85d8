// What a change has to pass before it is worth a commit: `npm run check`, under a minute. `npm run lint` is the part that looks at the text alone.
import { spawn } from 'node:child_process';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const cached = (...flags) => (process.env.CI === undefined ? flags : []);

const CRUISER = 'dependency-cruiser/bin/dependency-cruise.mjs';

/** The slowest first, so that the two at the end are short. */
const CHECKS = {
  // Without its cache: rules that know types judge a file by others that changed.
  eslint: ['eslint/bin/eslint.js', '--max-warnings=0', '.'],
  types: [
    'typescript/bin/tsc',
    ...['--noEmit', '-p', '.'],
    ...cached('--incremental', '--tsBuildInfoFile', 'node_modules/.cache/types.tsbuildinfo'),
  ],
  'page-types': [
    'typescript/bin/tsc',
    ...['--noEmit', '-p', 'web'],
    ...cached('--incremental', '--tsBuildInfoFile', 'node_modules/.cache/page-types.tsbuildinfo'),
  ],
  unit: ['jest/bin/jest.js', '--selectProjects', 'unit', '--silent'],
  // bench/ and grafana/preview are packages of their own.
  dependencies: [
    CRUISER,
    '--output-type',
    'err-long',
    'src',
    'test',
    'scripts',
    'grafana/src',
    'prometheus',
    'web/src',
  ],
  folders: [CRUISER, '--config', '.dependency-cruiser.folders.cjs', '--output-type', 'err-long', 'src'],
  unused: ['knip/bin/knip.js', '--no-progress'],
  format: ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', ...cached('--cache'), '.'],
  names: ['../scripts/check-names.mjs'],
  configuration: ['../scripts/write-configuration.mjs', '--check'],
  metrics: ['../scripts/write-metrics.mjs', '--check'],
  rules: ['../scripts/write-rules.mjs', '--check'],
  dashboards: ['../scripts/write-dashboards.mjs', '--check'],
  kubernetes: ['../scripts/write-kubernetes.mjs', '--check'],
  architecture: ['../scripts/write-architecture.mjs', '--check'],
  behaviour: ['../scripts/check-behaviour.mjs'],
};
const GROUPS = {
  types: ['types', 'page-types'],
  lint: [
    'eslint',
    'dependencies',
    'folders',
    'unused',
    'format',
    'names',
    'configuration',
    'metrics',
    'rules',
    'dashboards',
    'kubernetes',
    'architecture',
    'behaviour',
  ],
};
const AT_ONCE = 2;

/** Runs one check to its end, its output kept back so that two at once do not mix. */
const run = (name) =>
  new Promise((resolve) => {
    const [program, ...parameters] = CHECKS[name];
    const started = performance.now();
    const child = spawn(execPath, [`node_modules/${program}`, ...parameters], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(String(error))));
    child.on('close', (code) => {
      const ok = code === 0;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(13)} ${seconds.padStart(5)} s`);
      if (!ok) console.log(Buffer.concat(output).toString().trimEnd());
      resolve(ok);
    });
  });

const wanted = argv.length > 2 ? argv.slice(2).flatMap((name) => GROUPS[name] ?? [name]) : Object.keys(CHECKS);
const unknown = wanted.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(
    `Unknown check ${unknown.join(', ')}; there are ${[...Object.keys(GROUPS), ...Object.keys(CHECKS)].join(', ')}.`,
  );
  exit(2);
}

const waiting = Object.keys(CHECKS).filter((name) => wanted.includes(name));
const results = [];
const takeNext = async () => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.push(await run(name));
};
await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
exit(results.every(Boolean) ? 0 : 1);
