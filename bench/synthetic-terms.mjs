/** Vowels and consonants in turn make words that share beginnings and are a typo from each other, as those of a language are. */
const CONSONANTS = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'l',
  'm',
  'n',
  'p',
  'pr',
  'r',
  's',
  'st',
  't',
  'tr',
  'w',
];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo'];
const VOCABULARY = 12_000;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

const pick = (numbers, list) => list[numbers.below(list.length)];

const wordOf = (numbers) => {
  const syllables = 2 + numbers.below(3);
  const parts = Array.from({ length: syllables }, () => pick(numbers, CONSONANTS) + pick(numbers, VOWELS));
  return parts.join('') + (numbers.below(2) === 0 ? pick(numbers, ['n', 'r', 's', 't', 'ng']) : '');
};

/** Some words stand in many entries and most in few: the square of an even draw. */
const wordsOf = (numbers, vocabulary, count) =>
  Array.from(
    { length: count },
    () => vocabulary[Math.floor(numbers.below(vocabulary.length) ** 2 / vocabulary.length)],
  );

/** So many entries, the same for the same numbers; each with two synonyms and eight tags. */
export const syntheticTerms = (numbers, count) => {
  const vocabulary = Array.from({ length: VOCABULARY }, () => wordOf(numbers));
  return Array.from({ length: count }, (_, place) => ({
    text: wordsOf(numbers, vocabulary, 1 + numbers.below(4)).join(' '),
    category: `category ${place % 20}`,
    description: 'A term',
    synonyms: [1, 2].map(() => wordsOf(numbers, vocabulary, 2).join(' ')),
    tags: wordsOf(numbers, vocabulary, 8),
  }));
};

/** A word with so many letters left out, doubled, changed or swapped. */
const misspelt = (numbers, word, typos) => {
  if (typos === 0 || word.length < 2) return word;
  const at = numbers.below(word.length - 1);
  const [before, here, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const other = pick(numbers, ALPHABET);
  const wrong = pick(numbers, [next, here + here + next, other + next, next + here, here + other + next]);
  return misspelt(numbers, before + wrong + after, typos - 1);
};

const beginningOf = (numbers, text) => text.slice(0, 1 + numbers.below(text.length));

/** What people type, by what it leads to. */
export const QUERIES = {
  'beginning of a text': (numbers, { text }) => beginningOf(numbers, text),
  'beginnings of words': (numbers, { text }) =>
    text
      .split(' ')
      .reverse()
      .map((word) => beginningOf(numbers, word))
      .join(' '),
  'a word with a typo': (numbers, { text }) => misspelt(numbers, pick(numbers, text.split(' ')), 1),
  'a text with two typos': (numbers, { text }) => misspelt(numbers, text, 2),
  'one to three tags': (numbers, { tags }) => tags.slice(0, 1 + numbers.below(3)).join(' '),
  'a tag with a typo': (numbers, { tags }) => misspelt(numbers, tags[0], 1),
  'letters at random': (numbers) =>
    Array.from({ length: 4 + numbers.below(12) }, () => pick(numbers, ALPHABET)).join(''),
  nothing: () => '',
  '200 characters': (numbers, { tags, synonyms }) =>
    [...tags, ...synonyms]
      .map((word) => misspelt(numbers, word, 1))
      .join(' ')
      .repeat(3)
      .slice(0, 200),
};
