import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const compiled = (path) => join(ROOT, 'dist', path);

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newestIn = (folder) =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => changedAt(join(entry.parentPath, entry.name))),
  );

/** Builds where a source is younger than the build. @throws Error when the build fails */
export const ensureBuild = () => {
  if (changedAt(compiled('main.js')) > newestIn(join(ROOT, 'src'))) return;
  const { status } = spawnSync(execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('The build failed.');
};

/** Installs what only the comparisons need, as bench/package-lock.json says. @throws Error when that fails */
export const ensureRivals = () => {
  const folder = join(ROOT, 'bench');
  if (changedAt(join(folder, 'node_modules/.package-lock.json')) > changedAt(join(folder, 'package-lock.json'))) return;
  const { status } = spawnSync('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('The packages of bench/ could not be installed.');
};

/** A package that `ensureRivals` installs: named at run time, as the checks of the project run without it. */
export const installedHere = (name) => import(name);

/** A module of the build, by its path below src/. */
export const built = (path) => import(new URL(`../dist/${path}`, import.meta.url));

export const MAIN = compiled('main.js');
