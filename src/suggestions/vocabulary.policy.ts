/** How many typos a word of so many characters may have. */
export const typosAllowed = (length: number): number => {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
};

/** A known word that a query's word begins but for some typos. */
export interface Resemblance {
  /** Its place in the sorted words. */
  readonly at: number;
  readonly typos: number;
}

/** The first place in sorted words from which on `isBehind` holds. */
const firstPlace = (words: readonly string[], isBehind: (word: string) => boolean): number => {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBehind(words[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
};

const lengthInCommon = (a: string, b: string, most: number): number => {
  let length = 0;
  while (length < most && length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
};

/**
 * The rows of the optimal string alignment distance (Damerau-Levenshtein in which no part is edited twice; Boytsov, "Indexing methods for
 * approximate dictionary searching", ACM JEA 16, 2011) between one text and the beginnings of others. Row n belongs to the first n characters, so
 * that words with a common beginning share its rows.
 */
class AlignmentRows {
  private readonly width: number;
  private readonly cells: Uint16Array;
  /** The least cell of a row: nothing that follows is below it, unless by a swap with the row before. */
  private readonly least: Uint16Array;
  /** The fewest edits to any beginning up to here. */
  readonly fewest: Uint16Array;

  constructor(
    private readonly text: string,
    depth: number,
  ) {
    this.width = text.length + 1;
    this.cells = new Uint16Array(this.width * (depth + 1));
    this.least = new Uint16Array(depth + 1);
    this.fewest = new Uint16Array(depth + 1);
    for (let column = 0; column < this.width; column++) this.cells[column] = column;
    this.fewest[0] = text.length;
  }

  /** Computes the row of a word's first `depth` characters from those before it. @returns whether a longer beginning may come within `bound` */
  extend(word: string, depth: number, bound: number): boolean {
    const { cells, width } = this;
    const row = depth * width;
    let least = depth;
    cells[row] = depth;
    for (let column = 1; column < width; column++) {
      const edits = this.cell(word, depth, column);
      cells[row + column] = edits;
      if (edits < least) least = edits;
    }
    this.least[depth] = least;
    this.fewest[depth] = Math.min(this.fewest[depth - 1] ?? 0, cells[row + width - 1] ?? 0);
    return least <= bound || (this.least[depth - 1] ?? 0) < bound;
  }

  private cell(word: string, depth: number, column: number): number {
    const { cells, width, text } = this;
    const [row, above] = [depth * width, (depth - 1) * width];
    const [here, there] = [word.charCodeAt(depth - 1), text.charCodeAt(column - 1)];
    const changed = (cells[above + column - 1] ?? 0) + (here === there ? 0 : 1);
    const edits = Math.min(changed, (cells[above + column] ?? 0) + 1, (cells[row + column - 1] ?? 0) + 1);
    const isSwapped =
      depth > 1 && column > 1 && here === text.charCodeAt(column - 2) && there === word.charCodeAt(depth - 2);
    return isSwapped ? Math.min(edits, (cells[above - width + column - 2] ?? 0) + 1) : edits;
  }
}

/** Distinct words in order, found by how they begin, with or without typos. */
export class Vocabulary {
  readonly words: readonly string[];

  /** @param words in any order, each any number of times */
  constructor(words: Iterable<string>) {
    // By UTF-16 units, as the search below compares.
    this.words = [...new Set(words)].sort((a, b) => (a < b ? -1 : 1));
  }

  /** The place of a word; -1 where it is not known. */
  placeOf(word: string): number {
    const at = firstPlace(this.words, (other) => other >= word);
    return this.words[at] === word ? at : -1;
  }

  /** The places of the words that begin so: from the first up to, but without, the second. */
  beginningWith(start: string): readonly [from: number, to: number] {
    const from = firstPlace(this.words, (word) => word >= start);
    return [from, this.behind(start)];
  }

  /** The words that have a beginning within the typos that the text may have: one is enough where several are. */
  resembling(text: string): Resemblance[] {
    const bound = typosAllowed(text.length);
    const found: Resemblance[] = [];
    if (bound === 0) return found;
    const depth = text.length + bound;
    const rows = new AlignmentRows(text, depth);
    let [at, known, before] = [0, 0, ''];
    while (at < this.words.length) {
      const word = this.words[at] ?? '';
      const last = Math.min(word.length, depth);
      let reached = lengthInCommon(before, word, known);
      let goesOn = true;
      while (reached < last && goesOn) goesOn = rows.extend(word, ++reached, bound);
      const typos = rows.fewest[reached] ?? bound + 1;
      if (typos <= bound) found.push({ at, typos });
      [before, known] = [word, reached];
      // All words with a hopeless beginning are passed over at once.
      at = goesOn || typos <= bound ? at + 1 : this.behind(word.slice(0, reached));
    }
    return found;
  }

  /** The first place behind all words that begin so. */
  private behind(start: string): number {
    return firstPlace(this.words, (word) => word > start && !word.startsWith(start));
  }
}
