import type { Suggestion } from './entries/suggestion.data.js';
import { Postings } from './postings.policy.js';
import { SortedTexts, Vocabulary, type Reading } from './vocabulary.policy.js';
import type { Resemblance } from './word-tree.policy.js';
import { wordsOf } from './words.policy.js';

/** How a suggestion fits what was typed, the better ones first. */
export const MATCH_TYPES = ['prefix', 'word', 'fuzzy', 'semantic'] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

export interface Match {
  readonly suggestion: Suggestion;
  readonly type: MatchType;
}

/** The rank of each entry among equally good matches; 0 comes first. */
export type Standing = Uint32Array;

/** How near each entry is, by its number, within one type of match; 0 where it is no match of the type. */
type Nearness = Uint16Array;

/** Of a longer query the last words count, which are being typed. */
const MOST_WORDS = 6;
/** From so many characters on the beginning of a word is taken for the word where only the meaning is near. */
const TELLING_LENGTH = 3;
/** Share of the words with a meaning of their own that have to be near an entry. */
const SHARE_NEAR = 0.5;
const BY_TAG = 1;
const BY_NAME = 2;

const CONNECTIVES = new Set([
  ...['a', 'an', 'the', 'and', 'or', 'of', 'in', 'on', 'at', 'to', 'by', 'for', 'from', 'with', 'over', 'under'],
  ...['into', 'some', 'my', 'is', 'that', 'it', 'like', 'very'],
]);

/** An index over entries that is built once and answers from memory. */
export class SuggestionIndex {
  private readonly vocabulary: Vocabulary;
  private readonly inText: Postings;
  private readonly inSynonyms: Postings;
  private readonly inTags: Postings;
  private readonly texts: SortedTexts;
  private readonly ofTexts: Postings;

  constructor(private readonly suggestions: readonly Suggestion[]) {
    const texts = suggestions.map(({ text }) => wordsOf(text));
    const synonyms = suggestions.map((each) => each.synonyms.flatMap(wordsOf));
    const tags = suggestions.map((each) => each.tags.flatMap(wordsOf));
    this.vocabulary = new Vocabulary([...texts, ...synonyms, ...tags].flat());
    const places = this.vocabulary.places();
    this.inText = new Postings(texts, places);
    this.inSynonyms = new Postings(synonyms, places);
    this.inTags = new Postings(tags, places);
    const whole = texts.map((words) => [words.join(' ')]);
    this.texts = new SortedTexts(whole.flat());
    this.ofTexts = new Postings(whole, this.texts.places());
  }

  /** Those that users accepted more often come first, then the shorter ones, then by alphabet. @param acceptances by text */
  standingOf(acceptances: ReadonlyMap<string, number>): Standing {
    const order = this.suggestions
      .map(({ text }, entry) => ({ text, entry, accepted: acceptances.get(text) ?? 0 }))
      .sort((a, b) => {
        if (a.accepted !== b.accepted) return b.accepted - a.accepted;
        if (a.text.length !== b.text.length) return a.text.length - b.text.length;
        return a.text === b.text ? a.entry - b.entry : Number(a.text > b.text) * 2 - 1;
      });
    const standing = new Uint32Array(order.length);
    order.forEach(({ entry }, rank) => (standing[entry] = rank));
    return standing;
  }

  /**
   * The best matches, best first: by their type, then by how near they are, then by their standing. A query without anything in it is the
   * beginning of every text.
   * @param limit the most matches
   */
  find(query: string, limit: number, standing: Standing): Match[] {
    const words = wordsOf(query);
    if (words.length === 0 && query.trim() !== '') return [];
    const readings = [...new Set(words)].slice(-MOST_WORDS).map((word) => this.vocabulary.readingOf(word));
    const searches: Readonly<Record<MatchType, () => Nearness>> = {
      prefix: () => this.beginningWith(words.join(' ')),
      word: () => this.withWords(readings),
      fuzzy: () => this.withMisspeltWords(readings),
      semantic: () => this.near(readings),
    };
    const taken = new Uint8Array(this.suggestions.length);
    const found: Match[] = [];
    for (const type of MATCH_TYPES) {
      if (found.length >= limit) break;
      for (const entry of takeBest(searches[type](), taken, limit - found.length, standing)) {
        const suggestion = this.suggestions[entry];
        if (suggestion) found.push({ suggestion, type });
      }
    }
    return found;
  }

  private nowhere(): Nearness {
    return new Uint16Array(this.suggestions.length);
  }

  private beginningWith(start: string): Nearness {
    const nearness = this.nowhere();
    for (const entry of this.ofTexts.of(...this.texts.beginningWith(start))) nearness[entry] = 1;
    return nearness;
  }

  /** Entries whose text has, for each word of the query, a word that begins so. */
  private withWords(readings: readonly Reading[]): Nearness {
    // How many of the query's first words an entry has.
    const hits = this.nowhere();
    readings.forEach(({ from, to }, rank) => {
      for (const entry of this.inText.of(from, to)) if (hits[entry] === rank) hits[entry] = rank + 1;
    });
    for (let entry = 0; entry < hits.length; entry++) if (hits[entry] !== readings.length) hits[entry] = 0;
    return hits;
  }

  /** The same with typos; the fewer, the nearer. */
  private withMisspeltWords(readings: readonly Reading[]): Nearness {
    if (readings.every(({ misspelt }) => misspelt.length === 0)) return this.nowhere();
    let nearness = this.nowhere().fill(MOST_NEAR);
    for (const reading of readings) {
      const next = this.nowhere();
      for (const meant of meantBy(reading)) this.takeFurther(nearness, next, meant);
      nearness = next;
    }
    return nearness;
  }

  /** Entries with one more word of the query, as near as they were but for its typos. */
  private takeFurther(nearness: Nearness, next: Nearness, { from, to, typos }: Resemblance): void {
    for (const entry of this.inText.of(from, to)) {
      const now = (nearness[entry] ?? 0) - typos;
      if (now > (next[entry] ?? 0)) next[entry] = now;
    }
  }

  /** Entries that half of the query's words are near to, or say the same; the more words, the nearer. */
  private near(readings: readonly Reading[]): Nearness {
    const telling = readings.filter(({ word }) => !CONNECTIVES.has(word));
    const enough = Math.max(1, Math.ceil(telling.length * SHARE_NEAR));
    const [hits, nearness] = [this.nowhere(), this.nowhere()];
    for (const reading of telling) {
      const strength = this.strengthOf(reading);
      for (let entry = 0; entry < strength.length; entry++) {
        const each = strength[entry] ?? 0;
        if (each === 0) continue;
        hits[entry] = (hits[entry] ?? 0) + 1;
        nearness[entry] = (nearness[entry] ?? 0) + each;
      }
    }
    for (let entry = 0; entry < hits.length; entry++) if ((hits[entry] ?? 0) < enough) nearness[entry] = 0;
    return nearness;
  }

  /** How strongly a word speaks for each entry. */
  private strengthOf(reading: Reading): Uint8Array {
    const strength = new Uint8Array(this.suggestions.length);
    for (const { from, to } of nearTo(reading)) {
      for (const entry of this.inTags.of(from, to)) if (strength[entry] === 0) strength[entry] = BY_TAG;
      for (const entry of this.inSynonyms.of(from, to)) strength[entry] = BY_NAME;
      for (const entry of this.inText.of(from, to)) strength[entry] = BY_NAME;
    }
    return strength;
  }
}

/** The known words that a word of the query may be the beginning of, or a misspelling. */
const meantBy = ({ from, to, misspelt }: Reading): readonly Resemblance[] => [{ from, to, typos: 0 }, ...misspelt];

/** The same, but a word of one or two letters means itself alone: too much begins with it. */
const nearTo = ({ word, from, to, isWhole, misspelt }: Reading): readonly Resemblance[] =>
  meantBy({ word, from, to: word.length >= TELLING_LENGTH ? to : from + Number(isWhole), isWhole, misspelt });

/** Nearer than any number of typos that a query may have brings to nothing. */
const MOST_NEAR = 1_000;

interface Ranked {
  readonly entry: number;
  /** The least comes first; no two are equal. */
  readonly key: number;
}

/** Puts one more among the first few, which are in order. */
const insert = (first: Ranked[], limit: number, ranked: Ranked): void => {
  const last = first.at(-1);
  if (first.length === limit && last !== undefined && last.key < ranked.key) return;
  const place = first.findIndex(({ key }) => key > ranked.key);
  first.splice(place === -1 ? first.length : place, 0, ranked);
  if (first.length > limit) first.pop();
};

/** The numbers of the best entries that are not taken, best first; all that are near are taken then. */
const takeBest = (nearness: Nearness, taken: Uint8Array, limit: number, standing: Standing): number[] => {
  const best: Ranked[] = [];
  for (let entry = 0; entry < nearness.length; entry++) {
    const near = nearness[entry] ?? 0;
    if (near === 0 || taken[entry] === 1) continue;
    taken[entry] = 1;
    insert(best, limit, { entry, key: (standing[entry] ?? 0) - near * nearness.length });
  }
  return best.map(({ entry }) => entry);
};
