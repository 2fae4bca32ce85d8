import { BOUNDARIES } from './language.data.js';
import { wordsOf, type Word } from './words.policy.js';

/** One place of a phrase: the words that may stand there, or room for up to two others. */
type Place = ReadonlySet<string> | '…';

/** A phrase and what it stands for. */
interface Entry<Meaning> {
  readonly places: readonly Place[];
  readonly meaning: Meaning;
}

/** Phrases by their first word. */
export type PhraseIndex<Meaning> = ReadonlyMap<string, readonly Entry<Meaning>[]>;

/** A phrase found in a text: the words from index `from` up to, but without, `to`. */
export interface Mention<Meaning> {
  readonly from: number;
  readonly to: number;
  readonly meaning: Meaning;
}

const ROOM = 2;

/** `low/high angle` takes either word, `soft … light` takes up to two words in between, but no preposition; a hyphen is a space. */
const placesOf = (phrase: string): Place[] =>
  phrase.split(/\s+/).flatMap((part): Place[] => {
    if (part === '…') return ['…'];
    const alternatives = part.split('/');
    if (alternatives.length > 1) return [new Set(alternatives.flatMap((each) => wordsOf(each).map(({ key }) => key)))];
    return wordsOf(part).map(({ key }) => new Set([key]));
  });

/** The phrases of lists that are separated by commas, ready to be looked for. */
export const indexPhrases = <Meaning>(
  lists: readonly { readonly phrases: string; readonly meaning: Meaning }[],
): PhraseIndex<Meaning> => {
  const index = new Map<string, Entry<Meaning>[]>();
  for (const { phrases, meaning } of lists) {
    for (const phrase of phrases.split(',')) {
      const places = placesOf(phrase.trim());
      const [first] = places;
      if (first === undefined || first === '…') continue;
      for (const word of first) index.set(word, [...(index.get(word) ?? []), { places, meaning }]);
    }
  }
  return index;
};

const keyAt = (words: readonly Word[], at: number): string => words[at]?.key ?? '';

/** Where the phrase ends that begins at a word; null where another text stands there. */
const endOf = (places: readonly Place[], words: readonly Word[], from: number): number | null => {
  let at = from;
  let room = 0;
  for (const place of places) {
    if (place === '…') {
      room = ROOM;
      continue;
    }
    const last = at + room;
    while (at < last && !place.has(keyAt(words, at)) && !BOUNDARIES.has(keyAt(words, at))) at++;
    // “soft and light” says two things, “soft and warm light” one.
    const isSecondThing = room > 0 && at > last - room && keyAt(words, at - 1) === 'and';
    if (isSecondThing || !place.has(keyAt(words, at))) return null;
    at++;
    room = 0;
  }
  // Punctuation parts a phrase: “wide, angle”.
  return words.slice(from + 1, at).some(({ gap }) => gap === 'break') ? null : at;
};

/** Every mention of every phrase, from first to last; of those that begin at one word the longest comes first. */
export const mentionsIn = <Meaning>(words: readonly Word[], index: PhraseIndex<Meaning>): Mention<Meaning>[] =>
  words.flatMap(({ key }, from) =>
    (index.get(key) ?? [])
      .flatMap(({ places, meaning }) => {
        const to = endOf(places, words, from);
        return to === null ? [] : [{ from, to, meaning }];
      })
      .sort((a, b) => b.to - a.to),
  );
