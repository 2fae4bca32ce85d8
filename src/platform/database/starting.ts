/** What a start waits for, as long as nobody stops it. @throws what the work throws, and the reason of `stopping` as soon as it is aborted */
export async function unlessStopped<T>(work: Promise<T>, stopping: AbortSignal | undefined): Promise<T> {
  if (!stopping) return work;
  stopping.throwIfAborted();
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => {
      reject(stopping.reason as Error);
    };
    stopping.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stopping.removeEventListener('abort', stop);
  }
}
