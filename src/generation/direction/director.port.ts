import type { VisualParameters } from '../../providers/image-provider.port.js';

export interface Direction {
  /** What the caller gave, completed. */
  readonly visual: VisualParameters;
  /** One sentence for each parameter that was chosen, by its name. */
  /** The parameters among them that the prompt asks for in so many words; the rest follows from its subject, or from nothing. */
  readonly asked: readonly (keyof VisualParameters)[];
  readonly reasoning: Readonly<Record<string, string>>;
}

/** Fills the visual parameters that a caller left open. A port, because a language model may do it one day. */
export abstract class Director {
  abstract direct(prompt: string, given: VisualParameters): Promise<Direction>;
}
