import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.js';
import { canEnter, type SystemAccount } from './system-account.js';

/** The superuser and the database of an embedded cluster. */
export const DATABASE_NAME = 'darkroom';

const PASSWORD_FILE = 'darkroom.password';

export interface ClusterSettings {
  readonly binaries: PostgresBinaries;
  readonly account: SystemAccount;
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/**
 * Makes the home if it is missing. Folders that are made here get mode 755 whatever the umask, else a server that runs
 * as another account could not reach its data.
 */
export async function makeHome(home: string): Promise<void> {
  let made = await mkdir(home, { recursive: true });
  if (made === undefined) return;
  for (const part of [...home.slice(made.length).split('/').filter(Boolean), '']) {
    await chmod(made, 0o755);
    made = join(made, part);
  }
}

/**
 * Where the cluster of this home lies: `<home>/postgres`, or below /var/tmp when the account cannot enter the home.
 * @throws Error when a cluster lies where the account cannot go: a new empty one elsewhere would look like lost data.
 */
export async function placeDataDirectory(home: string, { account, log }: ClusterSettings): Promise<string> {
  const near = join(home, 'postgres');
  const far = `/var/tmp/darkroom-pgdata-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const reachable = canEnter(account, home);
  if (await exists(near)) {
    if (reachable) return near;
    throw new Error(
      `The database in ${near} cannot be reached by ${account.name}, as which its server runs; let it enter the folders above, or move the database.`,
    );
  }
  if (reachable && !(await exists(far))) return near;
  log(
    `The database lies in ${far}, as ${home} ${reachable ? 'was' : 'is'} closed to ${account.name}, as which its server runs. Set DARKROOM_HOME to an open folder to choose the place.`,
  );
  return far;
}

async function refuseForeignFolder(dataDir: string, account: SystemAccount): Promise<void> {
  const found = await lstat(dataDir);
  const uid = account.ids?.uid ?? process.getuid?.();
  if (!found.isDirectory() || found.uid !== uid) {
    throw new Error(
      `${dataDir} belongs to uid ${String(found.uid)}, but the database server would run as ${account.name} (uid ${String(uid)}). Start Darkroom as before, or set DARKROOM_HOME to another folder.`,
    );
  }
}

/**
 * Answers the superuser's password of the cluster, which is made first if there is none.
 * @throws Error for a cluster of another major version, of another user, or without its password file.
 */
export async function ensureCluster(dataDir: string, settings: ClusterSettings): Promise<string> {
  if (await exists(dataDir)) {
    await refuseForeignFolder(dataDir, settings.account);
    if (await exists(join(dataDir, 'global/pg_control'))) return openCluster(dataDir, settings.binaries.major);
    if ((await readdir(dataDir)).length > 0) {
      const aside = `${dataDir}.broken-${String(Date.now())}`;
      await rename(dataDir, aside);
      settings.log(`${dataDir} held no complete database; it was moved to ${aside}.`);
    }
  }
  return makeCluster(dataDir, settings);
}

/**
 * Answers the superuser's password of a cluster that exists.
 * @throws Error for a cluster of another major version, or one without its password file.
 */
export async function openCluster(dataDir: string, major: number): Promise<string> {
  const madeBy = Number(await readFile(join(dataDir, 'PG_VERSION'), 'utf8'));
  if (madeBy !== major) {
    throw new Error(
      `The database in ${dataDir} was made by PostgreSQL ${String(madeBy)} and the server is ${String(major)}. Dump it with the old version, or point EMBEDDED_PG_BIN at a PostgreSQL ${String(madeBy)}.`,
    );
  }
  try {
    return (await readFile(join(dataDir, PASSWORD_FILE), 'utf8')).trim();
  } catch (cause) {
    throw new Error(`The password of the database in ${dataDir} cannot be read from its file ${PASSWORD_FILE}.`, {
      cause,
    });
  }
}

/** The new cluster takes its name only when it is complete, so a death on the way leaves no half of one behind. */
async function makeCluster(dataDir: string, settings: ClusterSettings): Promise<string> {
  await removeUnfinished(dataDir);
  const password = randomBytes(24).toString('base64url');
  const unfinished = await mkdtemp(`${dataDir}.init-`);
  const cluster = join(unfinished, 'cluster');
  const passwordFile = join(unfinished, 'password');
  const { ids } = settings.account;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (ids !== null) await Promise.all([unfinished, passwordFile].map((path) => chown(path, ids.uid, ids.gid)));
  await initdb(cluster, passwordFile, settings);
  await rename(passwordFile, join(cluster, PASSWORD_FILE));
  if (settings.durable) await flush(join(cluster, PASSWORD_FILE), cluster);
  await rename(cluster, dataDir);
  if (settings.durable) await flush(dirname(dataDir));
  await rm(unfinished, { recursive: true, force: true });
  return password;
}

async function removeUnfinished(dataDir: string): Promise<void> {
  const folder = dirname(dataDir);
  const left = (await readdir(folder)).filter((name) => name.startsWith(`${basename(dataDir)}.init-`));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 })));
}

async function flush(...paths: string[]): Promise<void> {
  for (const path of paths) {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  }
}

/** PostgreSQL's own Unicode rules where it has them (17 on), as a system's libraries differ and may change under an index. */
const localeOptions = (major: number): string[] =>
  major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C.UTF-8'];

async function initdb(cluster: string, passwordFile: string, settings: ClusterSettings): Promise<void> {
  const { binaries, account, durable, log } = settings;
  log(`Making the database (PostgreSQL ${String(binaries.major)}, run by ${account.name}).`);
  const child = spawn(
    binaries.initdb,
    [
      ...['-D', cluster, '-U', DATABASE_NAME, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'],
      ...localeOptions(binaries.major),
      ...['--data-checksums', '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    ],
    {
      ...account.ids,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ending = await new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      resolve(code === 0 ? '' : (signal ?? `exit code ${String(code)}`));
    });
  });
  if (ending !== '') throw new Error(`initdb could not make the database (${ending}):\n${output.slice(-2000)}`);
  await stat(join(cluster, 'global/pg_control'));
}
