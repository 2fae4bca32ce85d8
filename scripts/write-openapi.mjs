// Writes docs/openapi.json from the controllers; with --check it only says whether the file is current. Nest's preview mode reads the
// modules without making a provider, so that neither a database nor a free port is needed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/openapi.json');

// From the source, not from dist/: a stale build would call a current document stale. Inside of node_modules, so that packages are found.
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const build = mkdtempSync(join(cache, 'openapi-'));

const compile = () => {
  writeFileSync(join(build, 'package.json'), JSON.stringify({ type: 'module' }));
  const compiler = ['node_modules/@swc/cli/bin/swc.js', 'src', '--out-dir', build];
  execFileSync(execPath, [...compiler, '--strip-leading-paths', '--config-file', '.swcrc', '--quiet'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};

const load = (path) => import(pathToFileURL(join(build, path)).href);

const describe = async () => {
  await import('reflect-metadata');
  const { NestFactory } = await import('@nestjs/core');
  const [{ AppModule }, { Config }, { openApiDocument }, { API_INFO }] = await Promise.all([
    load('app.module.js'),
    load('platform/config/config.js'),
    load('platform/http/openapi.js'),
    load('operations/api-info.data.js'),
  ]);
  const app = await NestFactory.create(AppModule.with(Config.from({})), {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  });
  return `${JSON.stringify(openApiDocument(app, API_INFO), null, 2)}\n`;
};

let document;
try {
  compile();
  document = await describe();
} finally {
  rmSync(build, { recursive: true, force: true });
}

if (argv.includes('--check')) {
  let committed = '';
  try {
    committed = readFileSync(target, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (committed !== document) {
    console.error(
      'docs/openapi.json does not agree with the controllers: run `npm run openapi` and look at the difference.',
    );
    exit(1);
  }
} else {
  writeFileSync(target, document);
}
exit(0);
