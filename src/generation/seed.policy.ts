import type { Artifact, GenerationOrder } from './generation.events.js';

/** The seed that a run's first variant was made with: not its own where it took the result of a run that asked for any seed too. */
export const seedOfRun = (order: Pick<GenerationOrder, 'seed'>, artifacts: readonly Artifact[]): number =>
  artifacts.find(({ variant }) => variant === 0)?.seed ?? order.seed;
