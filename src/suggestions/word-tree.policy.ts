/** How many typos a word of so many characters may have. */
const typosAllowed = (length: number): number => {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
};

/** Known words that a query's word begins but for some typos: sorted words from one place up to, but without, another. */
export interface Resemblance {
  readonly from: number;
  readonly to: number;
  readonly typos: number;
}

const lengthInCommon = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
};

/**
 * The rows of the optimal string alignment distance (Damerau-Levenshtein in which no part is edited twice; Boytsov, "Indexing methods for
 * approximate dictionary searching", ACM JEA 16, 2011) between a text and the beginnings of others, one row for each depth. Only cells that may
 * hold at most `bound` are computed: those at most so far from the diagonal.
 */
class AlignmentRows {
  private readonly width: number;
  private readonly cells: Uint16Array;
  /** The least cell of each row. */
  private readonly least: Uint16Array;
  /** The characters of the beginning that the rows are for. */
  private readonly path: Uint16Array;
  private readonly codes: Uint16Array;

  constructor(
    text: string,
    private readonly bound: number,
  ) {
    this.width = text.length + 1;
    const depths = text.length + bound + 2;
    this.cells = new Uint16Array(this.width * depths).fill(bound + 1);
    this.least = new Uint16Array(depths);
    this.path = new Uint16Array(depths);
    this.codes = Uint16Array.from({ length: text.length }, (_, place) => text.charCodeAt(place));
    for (let column = 0; column <= Math.min(bound, text.length); column++) this.cells[column] = column;
  }

  /** Edits from the text to the whole beginning of this depth; more than the bound stands for all that are more. */
  editsAt(depth: number): number {
    return this.cells[depth * this.width + this.width - 1] ?? 0;
  }

  /** Whether something longer may come within the bound: from this row, or by a swap from the one before. */
  isHopeful(depth: number): boolean {
    return (this.least[depth] ?? 0) <= this.bound || (this.least[depth - 1] ?? 0) < this.bound;
  }

  /** Computes the row of a beginning from those of the same beginning without its last character, `code`. */
  extend(depth: number, code: number): void {
    const { cells, width, bound } = this;
    this.path[depth] = code;
    const row = depth * width;
    const [first, last] = [Math.max(1, depth - bound), Math.min(width - 1, depth + bound)];
    cells[row + first - 1] = first === 1 ? Math.min(depth, bound + 1) : bound + 1;
    let least = cells[row + first - 1] ?? 0;
    for (let column = first; column <= last; column++) {
      const edits = this.editsFor(depth, column, code);
      cells[row + column] = edits;
      if (edits < least) least = edits;
    }
    this.least[depth] = least;
  }

  private editsFor(depth: number, column: number, code: number): number {
    const { cells, width, codes } = this;
    const place = depth * width + column;
    const changed = (cells[place - width - 1] ?? 0) + Number(codes[column - 1] !== code);
    const oneMore =
      Math.min(cells[place - width] ?? 0, cells[place - 1] ?? 0, this.swappedFrom(depth, column, code)) + 1;
    return Math.min(changed, oneMore, this.bound + 1);
  }

  /** The cell in front of two characters that are swapped; one beyond the bound where they are not. */
  private swappedFrom(depth: number, column: number, code: number): number {
    const { cells, width, codes, path, bound } = this;
    const isSwapped = depth > 1 && column > 1 && codes[column - 1] === path[depth - 1] && codes[column - 2] === code;
    return isSwapped ? (cells[(depth - 2) * width + column - 2] ?? 0) : bound;
  }
}

/** Sorted words as a tree of their beginnings: each node stands in front of all that are below it. */
export class WordTree {
  private readonly codes: number[] = [];
  private readonly depths: number[] = [];
  /** For each node the words that begin so, and the node behind all that are below it. */
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly behind: number[] = [];

  /** @param words distinct and in the order of their UTF-16 units */
  constructor(words: readonly string[]) {
    const open: number[] = [];
    const close = (depth: number, end: number): void => {
      for (const node of open.splice(depth)) {
        this.to[node] = end;
        this.behind[node] = this.codes.length;
      }
    };
    let before = '';
    words.forEach((word, place) => {
      const known = lengthInCommon(before, word);
      close(known, place);
      for (let at = known; at < word.length; at++) {
        open.push(this.codes.length);
        this.codes.push(word.charCodeAt(at));
        this.depths.push(at + 1);
        this.from.push(place);
      }
      before = word;
    });
    close(0, words.length);
  }

  /** The words that have a beginning within the typos that the text may have; a word may be found twice, with more typos and with fewer. */
  resembling(text: string): Resemblance[] {
    const bound = typosAllowed(text.length);
    const found: Resemblance[] = [];
    if (bound === 0) return found;
    const rows = new AlignmentRows(text, bound);
    const deepest = text.length + bound;
    // Of the beginnings of the node, by depth.
    const fewest = new Uint16Array(deepest + 1).fill(bound + 1);
    for (let node = 0; node < this.codes.length;) {
      const depth = this.depths[node] ?? 0;
      rows.extend(depth, this.codes[node] ?? 0);
      const [edits, before] = [rows.editsAt(depth), fewest[depth - 1] ?? 0];
      fewest[depth] = Math.min(edits, before);
      if (edits < before) found.push({ from: this.from[node] ?? 0, to: this.to[node] ?? 0, typos: edits });
      node = rows.isHopeful(depth) && depth < deepest ? node + 1 : (this.behind[node] ?? 0);
    }
    return found;
  }
}
