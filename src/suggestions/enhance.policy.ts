import type { Suggestion } from './entries/suggestion.data.js';
import { OTHER_LIGHTING } from './entries/lighting.data.js';
import { OTHER_STYLES } from './entries/styles.data.js';
import { PhraseBook } from './phrase-book.policy.js';
import { SUGGESTIONS } from './suggestions.data.js';

/** What may be added to a prompt. */
export interface Wishes {
  readonly quality: boolean;
  readonly style: boolean;
  readonly lighting: boolean;
}

export interface Enhancement {
  readonly enhanced: string;
  /** In the order in which they were added; empty where the prompt says everything already. */
  readonly additions: readonly string[];
}

const saying = (phrases: Iterable<string>): PhraseBook<string> =>
  new PhraseBook([...phrases].map((phrase) => [phrase, phrase]));

const says = (prompt: string, book: PhraseBook<string>): boolean => book.meaningsIn(prompt).size > 0;

const namesOf = ({ text, synonyms }: Suggestion): readonly string[] => [text, ...synonyms];

const termOf = (category: string, term: string): Suggestion => {
  const found = SUGGESTIONS.get(category)?.find(({ text }) => text === term);
  if (!found) throw new Error(`No suggestion of ${category} is called ${term}`);
  return found;
};

/** What a prompt for good work says, each with the phrases that say it already. */
const QUALITY = [
  { text: 'highly detailed', said: saying(namesOf(termOf('quality', 'highly detailed'))) },
  { text: 'professional quality', said: saying(namesOf(termOf('quality', 'professional'))) },
];

/** A category of which a prompt needs one term. */
interface Choice {
  /** By which a prompt shows that it has one already. */
  readonly said: PhraseBook<string>;
  /** Each term with what it suits. */
  readonly terms: readonly { readonly text: string; readonly suits: PhraseBook<string> }[];
  /** Where none suits better than another. */
  readonly otherwise: string;
}

const choiceOf = (category: string, others: readonly string[], otherwise: string): Choice => {
  const entries = SUGGESTIONS.get(category) ?? [];
  return {
    said: saying([...entries.flatMap(namesOf), ...others]),
    terms: entries.map(({ text, tags }) => ({ text, suits: saying(tags) })),
    otherwise: termOf(category, otherwise).text,
  };
};

const STYLE = choiceOf('styles', OTHER_STYLES, 'photorealistic');
const LIGHTING = choiceOf('lighting', OTHER_LIGHTING, 'soft natural light');

/** The missing parts as one addition. */
const qualityFor = (prompt: string): string[] => {
  const missing = QUALITY.filter(({ said }) => !says(prompt, said)).map(({ text }) => text);
  return missing.length === 0 ? [] : [missing.join(', ')];
};

/** The term that suits the most of what the prompt speaks of; of equals the first. */
const choiceFor = (prompt: string, { said, terms, otherwise }: Choice): string[] => {
  if (says(prompt, said)) return [];
  let best = { text: otherwise, suited: 0 };
  for (const { text, suits } of terms) {
    const suited = suits.meaningsIn(prompt).size;
    if (suited > best.suited) best = { text, suited };
  }
  return [best.text];
};

/** Punctuation at the end of a prompt, which a list that goes on does not need. */
const END = /[\s,;.:]+$/;

/**
 * Adds to a prompt what it lacks, and nothing that it says already, in whichever words. The same prompt always gets the same.
 * @param prompt without white space at its ends
 */
export const enhance = (prompt: string, wishes: Wishes): Enhancement => {
  const additions = [
    ...(wishes.quality ? qualityFor(prompt) : []),
    ...(wishes.style ? choiceFor(prompt, STYLE) : []),
    ...(wishes.lighting ? choiceFor(prompt, LIGHTING) : []),
  ];
  if (additions.length === 0) return { enhanced: prompt, additions };
  const start = prompt.replace(END, '');
  return { enhanced: [start === '' ? prompt : start, ...additions].join(', '), additions };
};
