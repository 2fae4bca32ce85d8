// The committed OpenAPI document: current, free of findings by Spectral's recommended rules, and good enough to generate a client that compiles.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = join(root, 'docs/openapi.json');
const scratch = mkdtempSync(join(tmpdir(), 'darkroom-openapi-'));

const node = (program, parameters, cwd = root) =>
  execFileSync(execPath, [join(root, program), ...parameters], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });

/** A caller's first program: it does not compile when the document lost the types of a request, an answer or an error. */
const CLIENT = `
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const client = createClient<paths>({ baseUrl: 'http://127.0.0.1:8000' });
const { data, error } = await client.POST('/api/generate', { body: { prompt: 'a lighthouse', width: 512 } });
if (data === undefined) throw new Error(JSON.stringify(error));
const runId: string = data.run_id;
const { data: run } = await client.GET('/api/generate/{id}', { params: { path: { id: runId } } });
const status: string | undefined = run?.status;
console.log(status);
// @ts-expect-error a prompt is a string
await client.POST('/api/generate', { body: { prompt: 1 } });
`;

const steps = {
  'is current': () => node('scripts/write-openapi.mjs', ['--check']),
  'passes the recommended rules': () => {
    const ruleset = join(scratch, 'ruleset.json');
    writeFileSync(ruleset, JSON.stringify({ extends: ['spectral:oas'] }));
    node('node_modules/@stoplight/spectral-cli/dist/index.js', [
      'lint',
      '--quiet',
      '--fail-severity=warn',
      `--ruleset=${ruleset}`,
      document,
    ]);
  },
  'gives a client that compiles': () => {
    node('node_modules/openapi-typescript/bin/cli.js', [document, '--output', join(scratch, 'schema.ts')]);
    symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'dir');
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(scratch, 'client.ts'), CLIENT);
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext'];
    node('node_modules/typescript/bin/tsc', [...options, '--lib', 'es2022,dom', 'client.ts'], scratch);
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
