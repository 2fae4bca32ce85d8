import type { VisualParameters } from '../../providers/image-provider.port.js';

export type Parameter = keyof VisualParameters;

/**
 * What speaks for a value: lists of phrases, separated by commas. A phrase is whole words, in any case and number, with or without a hyphen;
 * `a/b` takes either word and `…` up to two words in between. One wish outweighs all subjects, one subject all hints; among equals the more
 * phrases win, then the one that comes first in the prompt. The order of rules means nothing.
 */
export interface Rule<Value extends string = string> {
  readonly value: Value;
  /** Name the value itself. Negated (“no neon”) they rule it out. */
  readonly wishes?: string;
  /** What the picture is of, or the time and weather of its scene, where that decides. */
  readonly subjects?: string;
  /** Setting and mood. */
  readonly hints?: string;
  /** The sentence that the words are put behind, without its full stop. */
  readonly because: string;
}

interface Fallback<Value extends string> {
  readonly value: Value;
  /** A sentence without its full stop that does not hide that this is a default. */
  readonly because: string;
}

export interface ParameterRules<Value extends string> {
  readonly rules: readonly Rule<Value>[];
  /** Taken where nothing speaks for a value: the first that the prompt does not rule out. */
  readonly fallbacks: readonly [Fallback<Value>, Fallback<Value>];
}

/** Rules with the values of each parameter. */
export type Rules<P extends Parameter> = ParameterRules<Required<VisualParameters>[P]>;
