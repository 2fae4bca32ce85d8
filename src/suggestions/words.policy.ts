/** A run of letters and digits; apostrophes are gone before. */
const WORD = /[\p{L}\p{N}]+/gu;
const APOSTROPHE = /(?<=\p{L})['’](?=\p{L})/gu;
const ASCII = /^[\0-\x7f]*$/;

/** Spellings of one word, folded. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/colour/g, 'color'],
  [/\bgrey/g, 'gray'],
];

/**
 * A text as it is compared: compatibility forms, accents and case make no difference, nor does a British spelling. Upper case comes first,
 * because it takes apart what lower case leaves, such as ß.
 */
const folded = (text: string): string => {
  const plain = ASCII.test(text)
    ? text.toLowerCase()
    : text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return SPELLINGS.reduce((spelt, [from, to]) => spelt.replace(from, to), plain.replace(APOSTROPHE, ''));
};

/** The words of a text in their order, folded; punctuation and everything else is between them. */
export const wordsOf = (text: string): string[] => folded(text).match(WORD) ?? [];

/** The words of each stretch of a text between punctuation marks; a hyphen, a quotation mark or a space parts words, not stretches. */
export const stretchesOf = (text: string): string[][] =>
  folded(text)
    .split(/[.,;:!?()[\]{}|/\n\r•—–]+/u)
    .map((stretch) => stretch.match(WORD) ?? [])
    .filter((words) => words.length > 0);

/** The English singular, well enough for words that are compared with each other after the same treatment. */
export const singular = (word: string): string => (word.length > 3 && /[^sui]s$/.test(word) ? word.slice(0, -1) : word);
