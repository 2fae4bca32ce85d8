import { StorageUnavailable } from './storage.errors.js';

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
const isSystemError = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).errno === 'number';

/** Names what failed and keeps the operating system's error; our own errors and mistakes in the code pass as they are. */
export async function guarded<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StorageUnavailable(doing, { cause: error });
  }
}
