/** Which entries contain which words: a range of words, by their places in the vocabulary, is one stretch of a list. */
export class Postings {
  private readonly starts: Uint32Array;
  private readonly entries: Uint32Array;

  /** @param wordsOfEntries the words of each entry @param places of all words, which are numbered from 0 on */
  constructor(wordsOfEntries: readonly (readonly string[])[], places: ReadonlyMap<string, number>) {
    const placesOfEntries = wordsOfEntries.map((words) =>
      [...new Set(words)].flatMap((word) => places.get(word) ?? []),
    );
    const starts = new Uint32Array(places.size + 1);
    for (const each of placesOfEntries) for (const place of each) starts[place + 1] = (starts[place + 1] ?? 0) + 1;
    for (let place = 1; place <= places.size; place++) starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
    this.starts = starts.slice();
    this.entries = new Uint32Array(starts[places.size] ?? 0);
    placesOfEntries.forEach((each, entry) => {
      for (const place of each) {
        const at = starts[place] ?? 0;
        this.entries[at] = entry;
        starts[place] = at + 1;
      }
    });
  }

  /** The entries with words from one place up to, but without, another; those with several of them come several times. */
  of(from: number, to: number): Uint32Array {
    return this.entries.subarray(this.starts[from], this.starts[Math.max(from, to)]);
  }
}
