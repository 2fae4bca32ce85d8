/** Fewest bytes (UTF-8) of a text that the index of prompts can find. */
const INDEXED_BYTES = 3;

/**
 * The parts of a text that the index of prompts knows: all runs of three bytes in UTF-8, each as a number and once. Bytes and not characters, because
 * one character of Chinese is then enough to search for.
 */
export const trigramsOf = (text: string): number[] => {
  const bytes = Buffer.from(text);
  const found = new Set<number>();
  for (let place = 0; place + INDEXED_BYTES <= bytes.length; place++) found.add(bytes.readUIntBE(place, INDEXED_BYTES));
  return [...found];
};

/** Parts of a text that are looked up: more of them leave out few runs, and each is a list that is read. */
const LOOKED_UP = 4;

/**
 * The parts of a text by which it is looked up in the index of prompts: the rarest, and none that overlaps another one, as parts of one place mostly
 * come together. What has them all may have the text; what has the text has them all.
 * @param shares of the prompts (0 – 1), by part; those of parts that are rare may be missing
 */
export const rarestTrigrams = (text: string, shares: ReadonlyMap<number, number>): number[] => {
  const bytes = Buffer.from(text);
  const places = Array.from({ length: Math.max(0, bytes.length - INDEXED_BYTES + 1) }, (_, place) => {
    const trigram = bytes.readUIntBE(place, INDEXED_BYTES);
    return { place, trigram, share: shares.get(trigram) ?? 0 };
  });
  const chosen: typeof places = [];
  for (const each of places.sort((a, b) => a.share - b.share)) {
    if (chosen.length === LOOKED_UP) break;
    if (chosen.every(({ place }) => Math.abs(place - each.place) >= INDEXED_BYTES)) chosen.push(each);
  }
  return [...new Set(chosen.map(({ trigram }) => trigram))];
};

/** Whether a text is too short for the index of prompts: one or two ASCII letters, or one of those with an accent. */
export const isShort = (text: string): boolean => Buffer.byteLength(text) < INDEXED_BYTES;

/**
 * How prompts and searches are compared: without regard to case and to how accents are composed. Done here and not in the database, so that
 * it is the same under every locale of a server. A sigma is written otherwise at the end of a word, and the dot of a Turkish İ stays behind
 * its small letter: neither is to tell a text from the beginning of a longer one.
 */
export const searchText = (text: string): string =>
  text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFC');
