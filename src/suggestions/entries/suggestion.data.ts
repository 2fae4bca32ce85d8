/** A term that is suggested for prompts. */
export interface Suggestion {
  readonly text: string;
  readonly category: string;
  readonly description: string;
  /** Phrases that say the same: a prompt with one of them needs the term no more. */
  readonly synonyms: readonly string[];
  /** Words that are near in meaning, without saying the same. */
  readonly tags: readonly string[];
}

const listOf = (text: string): readonly string[] => text.split(',').map((each) => each.trim());

/** A row of a category's table: the term, what it does, and two lists that are separated by commas. */
export type SuggestionRow = readonly [text: string, description: string, synonyms: string, tags: string];

/** The entries of one category, in the order of its table. */
export const entriesOf = (category: string, rows: readonly SuggestionRow[]): readonly Suggestion[] =>
  rows.map(([text, description, synonyms, tags]) => ({
    ...{ text, category, description },
    synonyms: listOf(synonyms),
    tags: listOf(tags),
  }));
