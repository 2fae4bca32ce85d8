// Writes files that are made from a source, in the form that prettier gives them; with --check it only says whether they are current.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { argv, exit } from 'node:process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));

const committed = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return null;
  }
};

const namesIn = (folder) => {
  try {
    return readdirSync(join(root, folder));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return [];
  }
};

/**
 * @param files texts by their paths from the root of the project
 * @param folders whatever else stands in these was made once and is no more
 * @param command what writes them
 */
export const writeGenerated = async (files, { folders, command }) => {
  const texts = new Map();
  for (const [path, text] of Object.entries(files)) {
    const filepath = join(root, path);
    texts.set(path, await format(text, { ...(await resolveConfig(filepath)), filepath }));
  }
  const stale = folders
    .flatMap((folder) => namesIn(folder).map((name) => relative(root, join(root, folder, name))))
    .filter((path) => !texts.has(path));
  if (argv.includes('--check')) {
    const changed = [...texts].filter(([path, text]) => committed(join(root, path)) !== text).map(([path]) => path);
    for (const path of [...changed, ...stale]) console.error(`${path} is not current: run \`${command}\`.`);
    exit(changed.length + stale.length === 0 ? 0 : 1);
  }
  for (const path of stale) rmSync(join(root, path));
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};
