import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The account that the database server runs as; ids are null where no change of user is needed. */
export interface SystemAccount {
  readonly name: string;
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

/** PostgreSQL refuses to run as root, and initdb asks for a passwd entry of its user. */
const SERVICE_ACCOUNTS = ['postgres', 'nobody'];

const passwdEntries = (): Map<string, { uid: number; gid: number }> =>
  new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }] as const)
      .filter(([, { uid }]) => uid > 0),
  );

/**
 * The account to run the server as: ours, or an unprivileged one when we are root.
 * @throws Error when we are root and the machine has neither `postgres` nor `nobody`.
 */
export function serverAccount(): SystemAccount {
  if (process.getuid?.() !== 0) return { name: 'the current user', ids: null };
  const entries = passwdEntries();
  for (const name of SERVICE_ACCOUNTS) {
    const ids = entries.get(name);
    if (ids !== undefined) return { name, ids };
  }
  throw new Error(
    'PostgreSQL does not run as root, and /etc/passwd has neither `postgres` nor `nobody` to run it as. Start Darkroom as another user or set DATABASE_URL.',
  );
}

/** Asked of the system and not worked out from mode bits, as access lists and mount options decide too. */
const passes = (account: SystemAccount, test: string, path: string): boolean =>
  spawnSync('/bin/sh', ['-c', `${test} "$1"`, 'sh', path], { ...account.ids, cwd: '/', env: {}, stdio: 'ignore' })
    .status === 0;

/** Whether the account can enter the folder and all folders above it. */
export const canEnter = (account: SystemAccount, folder: string): boolean => passes(account, 'cd', folder);

/** Whether the account can run the program. */
export const canRun = (account: SystemAccount, program: string): boolean => passes(account, 'test -x', program);
