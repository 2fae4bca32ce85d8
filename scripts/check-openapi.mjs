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
const document = resolve(givenDocument ?? join(root, 'docs/openapi.json'));
const scratch = mkdtempSync(join(tmpdir(), 'darkroom-openapi-'));

const node = (program, parameters, cwd = root) =>
  execFileSync(execPath, [join(root, program), ...parameters], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

/** A caller's first program: it does not compile when the document lost the types of a request, an answer or an error. */
const CLIENT = `
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

const client = createClient<paths>({ baseUrl: 'http://127.0.0.1:8000' });

/** Every error body has these; the strict shape and the default one differ in the detail only. */
const explain = (problem: components['schemas']['Problem'] | components['schemas']['ValidationProblem']): string => {
  const text: string = typeof problem.detail === 'string' ? problem.detail : problem.detail.map(({ loc, msg }) => loc.join('.') + ': ' + msg).join('; ');
  const again: boolean = problem.retryable;
  return problem.code + ' (' + String(problem.status) + ', trace ' + problem.trace_id + '): ' + text + (again ? ', try again' : '');
};

const made = await client.POST('/api/generate', {
  params: { header: { 'Idempotency-Key': 'order-7', Prefer: 'wait=10' } },
  body: { prompt: 'a lighthouse', width: 512, camera_angle: 'low-angle' },
});
if (made.error) throw new Error(explain(made.error));
const runId: string = made.data.run_id;

const { data: run } = await client.GET('/api/generate/{id}', { params: { path: { id: runId }, header: { 'If-None-Match': '"1"' } } });
const status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled' | undefined = run?.status;
await client.GET('/api/generate/{id}/events', { params: { path: { id: runId } } });
const { error: notCancelled } = await client.POST('/api/generate/{id}/cancel', { params: { path: { id: runId } } });
if (notCancelled) console.log(explain(notCancelled));
await client.POST('/api/generate/{id}/retry', { params: { path: { id: runId } } });
await client.GET('/api/generate/parameters');
const { data: state } = await client.GET('/api/status/{run_id}', { params: { path: { run_id: runId } } });
console.log(status, state?.progress);

// @ts-expect-error a prompt is a string
await client.POST('/api/generate', { body: { prompt: 1 } });
// @ts-expect-error an unknown field is refused
await client.POST('/api/generate', { body: { prompt: 'a lighthouse', colour: 'red' } });
// @ts-expect-error there is no such route
await client.GET('/api/generations');
`;

const steps = {
  ...(givenDocument === undefined ? { 'is current': () => node('scripts/write-openapi.mjs', ['--check']) } : {}),
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
    const generator = ['--default-non-nullable=false', '--output', join(scratch, 'schema.ts')];
    node('node_modules/openapi-typescript/bin/cli.js', [document, ...generator]);
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'dir');
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(scratch, 'client.ts'), givenClient === undefined ? CLIENT : readFileSync(givenClient));
    const options = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noUncheckedIndexedAccess',
      '--noEmit',
      '--skipLibCheck',
    ];
    const target = ['--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];
    node('node_modules/typescript/bin/tsc', [...options, ...target, 'client.ts'], scratch);
  },
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
