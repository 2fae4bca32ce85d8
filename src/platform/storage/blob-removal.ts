import { link, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from './disk-faults.js';
import { makeFolder } from './durable-folder.js';

/** Whether a file is there and nobody has written or touched it since `before`. */
export async function isOlder(path: string, before: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtime < before;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Removes a file that nobody has written or touched since `before`. Between a look at its age and an unlink somebody could touch it and rely
 * on it, so it is moved aside first, where nobody finds it, and looked at again: what was touched in between comes back.
 * @returns whether it is gone by this call
 */
export async function removeUnlessFresh(path: string, aside: string, before: Date): Promise<boolean> {
  try {
    if (!(await isOlder(path, before))) return false;
    await makeFolder(dirname(aside));
    await rename(path, aside);
    if (await isOlder(aside, before)) {
      await unlink(aside);
      return true;
    }
    await rename(aside, path);
    return false;
  } catch (error) {
    // Somebody else removed it, or put it back.
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Puts back what removals that died had moved aside; one that lives finds its file back in place and lets it be. A file that somebody has
 * written anew meanwhile stays: the one aside looks older than its last put.
 */
export async function restoreAll(folder: string, pathOf: (name: string) => string): Promise<void> {
  for (const name of await entriesOf(folder)) {
    const aside = join(folder, name);
    try {
      await linkUnlessThere(aside, pathOf(name));
      await unlink(aside);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

/** Removes the files of a folder that nobody has written since `before`. */
export async function sweepOlder(folder: string, before: Date): Promise<void> {
  for (const name of await entriesOf(folder)) {
    const path = join(folder, name);
    try {
      if (await isOlder(path, before)) await unlink(path);
    } catch (error) {
      // Its writer finished it, or another process swept it.
      if (!isMissing(error)) throw error;
    }
  }
}

/** Unlike a rename, a link takes nobody's place. */
const linkUnlessThere = async (from: string, to: string): Promise<void> => {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};

const entriesOf = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};
