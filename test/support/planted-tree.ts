import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Source text by path. */
export type Files = Readonly<Record<string, string>>;

const REPOSITORY = resolve(__dirname, '../..');

/**
 * A project of its own in a temporary folder, with our package.json, tsconfig.json and packages: what a checking tool says about
 * a breach is asked there, so that no breach stands in the repository.
 */
export class PlantedTree {
  private constructor(readonly root: string) {}

  static grow(files: Files): PlantedTree {
    const tree = new PlantedTree(mkdtempSync(join(tmpdir(), 'darkroom-planted-')));
    mkdirSync(join(tree.root, 'web'));
    for (const name of ['package.json', 'tsconfig.json', 'web/tsconfig.json'])
      copyFileSync(join(REPOSITORY, name), join(tree.root, name));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(tree.root, 'node_modules'), 'dir');
    for (const [path, text] of Object.entries({ ...folders(), ...files })) {
      mkdirSync(dirname(join(tree.root, path)), { recursive: true });
      writeFileSync(join(tree.root, path), text);
    }
    return tree;
  }

  /** Runs a program of Node in the tree. @returns what it wrote, whatever its exit code. @throws Error where it wrote nothing. */
  run(script: string, ...parameters: readonly string[]): string {
    try {
      return execFileSync(process.execPath, [join(REPOSITORY, script), ...parameters], {
        cwd: this.root,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      const { stdout } = error as { readonly stdout?: string };
      if (stdout === undefined || stdout === '') throw error;
      return stdout;
    }
  }

  fell(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Tools refuse a folder that is not there. */
const folders = (): Files => ({ 'test/.keep': '', 'scripts/.keep': '', 'bench/.keep': '', 'web/src/.keep': '' });

/** A path of the repository, for tools that take their configuration from there. */
export const inRepository = (path: string): string => join(REPOSITORY, path);
