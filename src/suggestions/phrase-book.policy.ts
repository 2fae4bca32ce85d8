import { singular, stretchesOf } from './words.policy.js';

interface Phrase<Meaning> {
  readonly words: readonly string[];
  readonly meaning: Meaning;
}

const keysOf = (text: string): string[][] => stretchesOf(text).map((words) => words.map(singular));

/** Phrases that are looked for in texts, each with what it means: in upper or lower case, singular or plural, with hyphens or spaces. */
export class PhraseBook<Meaning> {
  private readonly byFirstWord = new Map<string, Phrase<Meaning>[]>();

  constructor(phrases: Iterable<readonly [phrase: string, meaning: Meaning]>) {
    for (const [phrase, meaning] of phrases) {
      const words = keysOf(phrase).flat();
      const [first] = words;
      if (first === undefined) continue;
      const others = this.byFirstWord.get(first);
      if (others) others.push({ words, meaning });
      else this.byFirstWord.set(first, [{ words, meaning }]);
    }
  }

  /** What the phrases mean that a text contains, whole words of one stretch between punctuation marks; how often does not matter. */
  meaningsIn(text: string): ReadonlySet<Meaning> {
    const found = new Set<Meaning>();
    for (const words of keysOf(text)) {
      words.forEach((first, at) => {
        for (const phrase of this.byFirstWord.get(first) ?? [])
          if (phrase.words.every((word, offset) => words[at + offset] === word)) found.add(phrase.meaning);
      });
    }
    return found;
  }
}
