import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

declare global {
  var darkroomTestServer: Promise<ChildProcess> | undefined;
}

const startServer = (rootDir: string): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const support = join(rootDir, 'test/support');
    const child = fork(join(support, 'template-server.ts'), {
      execArgv: ['--import', join(support, 'typescript-loader.mjs')],
      cwd: rootDir,
    });
    child.once('message', ({ url }: { url: string }) => {
      process.env['DARKROOM_TEST_SERVER'] = url;
      resolve(child);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The test database server did not start (exit code ${String(code)}); its reason is above.`));
    });
  });

/** Jest's globalSetup: one database server for the whole run, however many projects ask for it. */
export default async function databaseServer({ rootDir }: { rootDir: string }): Promise<void> {
  globalThis.darkroomTestServer ??= startServer(rootDir);
  await globalThis.darkroomTestServer;
}
