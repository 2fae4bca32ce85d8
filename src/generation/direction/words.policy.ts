import { IRREGULAR_PLURALS } from './language.data.js';

/** A word, a number, an emoji or an ampersand of a text. */
export interface Word {
  /** What is compared: lower case, without accents and apostrophes, singular. */
  readonly key: string;
  /** Place in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What separates it from the word before: `break` is punctuation, a new line or the beginning. */
  readonly gap: 'space' | 'hyphen' | 'break';
}

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*|&|\p{Extended_Pictographic}/gu;
const HYPHEN = /^[-\u2010\u2011]$/;
/** White space within a line, quotation and emphasis marks, and what joins or tints emoji. */
const SPACE = /^(?:[^\S\r\n]|["“”„'‘’`*_\u{fe0f}\u{200d}\u{1f3fb}-\u{1f3ff}])*$/u;

const gapOf = (between: string): Word['gap'] => {
  if (HYPHEN.test(between)) return 'hyphen';
  return SPACE.test(between) ? 'space' : 'break';
};

/** The English singular, well enough for words that are compared with each other after the same treatment. */
const singular = (word: string): string => {
  const irregular = IRREGULAR_PLURALS.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
};

const keyOf = (token: string): string => {
  if (token === '&') return 'and';
  const plain = token
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]s$/, '')
    .replace(/['’]/g, '');
  return singular(plain);
};

/** The words of a text in their order, in linear time. */
export const wordsOf = (text: string): readonly Word[] => {
  let end = 0;
  return Array.from(text.matchAll(WORD), ({ 0: token, index: start }): Word => {
    const gap = end === 0 ? 'break' : gapOf(text.slice(end, start));
    end = start + token.length;
    return { key: keyOf(token), start, end, gap };
  });
};
