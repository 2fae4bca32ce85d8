/** Tells whoever listens in this process of what was measured, at once and at most once. */
export class Meter<Measured> {
  private readonly listeners = new Set<(measured: Measured) => void>();

  /** @param listener must not throw @returns a function that ends the subscription */
  subscribe(listener: (measured: Measured) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(measured: Measured): void {
    for (const listener of this.listeners) listener(measured);
  }
}
