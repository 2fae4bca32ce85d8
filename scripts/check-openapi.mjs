// An OpenAPI document: free of findings by the rules of .spectral.yaml, and good enough to generate a client that compiles.
// Without arguments the committed document is checked, and also that it is current:
//   node scripts/check-openapi.mjs [document.json [client.ts]]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, , givenDocument, givenClient] = argv;
const client = resolve(givenClient ?? join(root, 'test/fixtures/client/client.ts.txt'));
const document = resolve(givenDocument ?? join(root, 'docs/openapi.json'));
const scratch = mkdtempSync(join(tmpdir(), 'darkroom-openapi-'));

const node = (program, parameters, cwd = root) =>
  execFileSync(execPath, [join(root, program), ...parameters], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Every operation as the call of it begins in a program that uses openapi-fetch. */
const callsOf = ({ paths }) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.filter((method) => method in operations).map((method) => `client.${method.toUpperCase()}('${path}'`),
  );

const GENERATOR = 'node_modules/openapi-typescript/bin/cli.js';
const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit', '--skipLibCheck'];
const TARGET = ['--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];

/** What the page at /monitoring takes each schema of the document for, by the names in its answers.ts. */
const READ_BY_THE_PAGE = {
  Dashboard: 'Dashboard',
  MonitoringHealth: 'MonitoringHealth',
  RecentErrors: 'RecentErrors',
  EndpointStatistics: 'Endpoints',
  Statistics: 'Statistics',
};

/** A program that compiles while every answer of the document is one that the page can read. */
const readerOfAnswers = () =>
  [
    "import type { components } from './schema.js';",
    "import type * as page from './answers.js';",
    ...Object.entries(READ_BY_THE_PAGE).map(
      ([schema, type]) =>
        `export const read${schema} = (answer: components['schemas']['${schema}']): page.${type} => answer;`,
    ),
  ].join('\n');

const steps = {
  ...(givenDocument === undefined ? { 'is current': () => node('scripts/write-openapi.mjs', ['--check']) } : {}),
  ...(givenClient === undefined
    ? {
        'has no operation that the client leaves out': () => {
          const program = readFileSync(client, 'utf8');
          const unused = callsOf(JSON.parse(readFileSync(document, 'utf8'))).filter((call) => !program.includes(call));
          if (unused.length > 0) throw new Error(`test/fixtures/client/client.ts.txt lacks ${unused.join(', ')}`);
        },
      }
    : {}),
  'passes the rules': () => {
    const ruleset = join(root, '.spectral.yaml');
    node('node_modules/@stoplight/spectral-cli/dist/index.js', [
      'lint',
      '--quiet',
      '--fail-severity=warn',
      `--ruleset=${ruleset}`,
      document,
    ]);
  },
  'gives a client that compiles': () => {
    // A field with a default may be left out of a request; without the flag the generator would demand it.
    node(GENERATOR, [document, '--default-non-nullable=false', '--output', join(scratch, 'schema.ts')]);
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'dir');
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(scratch, 'client.ts'), readFileSync(client));
    node('node_modules/typescript/bin/tsc', [...STRICT, ...TARGET, 'client.ts'], scratch);
  },
  ...(givenDocument === undefined
    ? {
        'has the answers that the page reads': () => {
          const folder = mkdtempSync(join(scratch, 'page-'));
          node(GENERATOR, [document, '--output', join(folder, 'schema.ts')]);
          writeFileSync(join(folder, 'answers.ts'), readFileSync(join(root, 'web/src/pages/monitoring/answers.ts')));
          writeFileSync(join(folder, 'reader.ts'), readerOfAnswers());
          node('node_modules/typescript/bin/tsc', [...STRICT, ...TARGET, 'reader.ts'], folder);
        },
      }
    : {}),
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  try {
    step();
    console.log(`ok     the document ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED the document ${name}: ${error.message.split('\n')[0]}`);
  }
}
rmSync(scratch, { recursive: true, force: true });
exit(failed === 0 ? 0 : 1);
