import { WordTree, type Resemblance } from './word-tree.policy.js';

/** By UTF-16 units, as texts are compared. */
const inOrder = (a: string, b: string): number => (a < b ? -1 : 1);

/** The first place in sorted texts from which on `isBehind` holds. */
const firstPlace = (texts: readonly string[], isBehind: (text: string) => boolean): number => {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBehind(texts[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Distinct texts in order, found by how they begin. */
export class SortedTexts {
  readonly texts: readonly string[];

  /** @param texts in any order, each any number of times */
  constructor(texts: Iterable<string>) {
    this.texts = [...new Set(texts)].sort(inOrder);
  }

  /** Every text's place in the order. */
  places(): ReadonlyMap<string, number> {
    return new Map(this.texts.map((text, place) => [text, place]));
  }

  /** The places of the texts that begin so: from the first up to, but without, the second. */
  beginningWith(start: string): readonly [from: number, to: number] {
    const from = firstPlace(this.texts, (text) => text >= start);
    return [from, firstPlace(this.texts, (text) => text > start && !text.startsWith(start))];
  }
}

/** What one word of a query may stand for, by the places of known words. */
export interface Reading {
  readonly word: string;
  /** The words that begin so: from the first up to, but without, the second. */
  readonly from: number;
  readonly to: number;
  /** The first of them is the word itself. */
  readonly isWhole: boolean;
  /** Words that it may be a misspelling of; none where a known word begins so. */
  readonly misspelt: readonly Resemblance[];
}

/** Known words, found by how they begin, with or without typos. */
export class Vocabulary extends SortedTexts {
  private readonly tree: WordTree;

  constructor(words: Iterable<string>) {
    super(words);
    this.tree = new WordTree(this.texts);
  }

  readingOf(word: string): Reading {
    const [from, to] = this.beginningWith(word);
    const misspelt = from < to ? [] : this.tree.resembling(word);
    return { word, from, to, isWhole: this.texts[from] === word, misspelt };
  }
}
