/** How far an attempt is, 0 – 1. Not an event: it is told to whoever listens now and is gone after. */
export interface Progress {
  readonly runId: string;
  readonly attempt: number;
  readonly progress: number;
}

/** Carries progress from the worker that has it to every process that shows it. */
export abstract class ProgressChannel {
  /** Returns at once; intermediate values may be dropped. */
  abstract report(progress: Progress): void;
  /** The newest value that reached this process; null where none did. */
  abstract latest(runId: string): Progress | null;
  /** @returns a function that ends the subscription */
  abstract subscribe(listener: (progress: Progress) => void): () => void;
}
