// `npm run build`: the program into dist/, the page into web/dist/. With `--page` the page alone.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'web/dist/index.html';
/** What the page is made of; the lock file stands for the packages. */
const PAGE_SOURCES = ['web', 'package-lock.json'];
const NOT_A_SOURCE = join(root, 'web/dist');

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Folders count, as a file that is gone leaves its trace there alone. */
const newest = (path) => {
  if (path === NOT_A_SOURCE) return 0;
  // The build touches the folder that it writes into.
  const own = path === join(root, 'web') ? 0 : changedAt(path);
  const inside = statSync(path).isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(own, ...inside);
};

const run = (name, ...parameters) => {
  const { status } = spawnSync(execPath, [join(root, 'node_modules', name), ...parameters], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) exit(status ?? 1);
};

/** Beside each script and style sheet, so that nobody compresses while somebody waits. */
const compress = (folder) => {
  for (const name of readdirSync(folder).filter((each) => /[.](?:js|css)$/.test(each))) {
    const file = join(folder, name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
};

if (!argv.includes('--page')) run('@nestjs/cli/bin/nest.js', 'build');
const isFresh = changedAt(join(root, PAGE)) > Math.max(...PAGE_SOURCES.map((path) => newest(join(root, path))));
if (!isFresh) {
  run('vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn');
  compress(join(root, 'web/dist/static'));
}
