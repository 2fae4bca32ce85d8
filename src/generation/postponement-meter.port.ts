/** An attempt that was put off because its provider has no room for it now. */
export interface Postponement {
  readonly provider: string;
}

/** Tells of each time that the limits of a provider put off an attempt of this process. */
export abstract class PostponementMeter {
  /** @param listener must not throw @returns a function that ends the subscription */
  abstract subscribe(listener: (postponement: Postponement) => void): () => void;
  abstract tell(postponement: Postponement): void;
}
