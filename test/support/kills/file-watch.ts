import { watch } from 'node:fs';

/** Resolves at the next change in a folder, or after `ms`. @returns whether something changed */
export const nextFileIn = (folder: string, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (changed: boolean): void => {
      clearTimeout(timer);
      watcher.close();
      resolve(changed);
    };
    const timer = setTimeout(() => {
      settle(false);
    }, ms);
    const watcher = watch(folder, () => {
      settle(true);
    });
    watcher.on('error', () => {
      settle(false);
    });
  });
