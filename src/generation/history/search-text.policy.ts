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

/** Whether a text is too short for the index of prompts: one or two ASCII letters, or one of those with an accent. */
export const isShort = (text: string): boolean => Buffer.byteLength(text) < INDEXED_BYTES;

/**
 * How prompts and searches are compared: without regard to case and to how accents are composed. Done here and not in the database, so that
 * it is the same under every locale of a server. A sigma is written otherwise at the end of a word, and the dot of a Turkish İ stays behind
 * its small letter: neither is to tell a text from the beginning of a longer one.
 */
export const searchText = (text: string): string =>
  text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFC');
