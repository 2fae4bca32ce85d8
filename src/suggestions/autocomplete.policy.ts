import type { Suggestion } from './entries/suggestion.data.js';
import { Vocabulary, type Resemblance } from './vocabulary.policy.js';
import { wordsOf } from './words.policy.js';

/** How a suggestion fits what was typed, the better ones first. */
export const MATCH_TYPES = ['prefix', 'word', 'fuzzy', 'semantic'] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

export interface Match {
  readonly suggestion: Suggestion;
  readonly type: MatchType;
}

/** In how many completed runs each term stood. */
export type Acceptances = ReadonlyMap<string, number>;

/** From so many characters on the beginning of a word is taken for the word where only a meaning is near. */
const TELLING_LENGTH = 3;
/** Share of the words with a meaning of their own that have to be near an entry. */
const SHARE_NEAR = 0.5;
const BY_TAG = 1;
const BY_NAME = 2;

const CONNECTIVES = new Set(
  ['a', 'an', 'the', 'and', 'or', 'of', 'in', 'on', 'at', 'to', 'by', 'for', 'from', 'with', 'over', 'under'].concat([
    ...['into', 'some', 'my', 'is', 'that', 'it', 'like', 'very'],
  ]),
);

/** Entries by the words that they contain: in their text, in what says the same, in what is near. */
class Postings {
  readonly text: number[] = [];
  readonly synonyms: number[] = [];
  readonly tags: number[] = [];
}

/** What one word of a query may stand for. */
interface Reading {
  readonly word: string;
  /** The known words that begin so. */
  readonly from: number;
  readonly to: number;
  /** Known words that it may be a misspelling of: a beginning of a known word is none. */
  readonly misspelt: readonly Resemblance[];
}

interface Candidate {
  readonly entry: number;
  /** Within one match type the greater comes first. */
  readonly nearness: number;
}

/** An index over entries that is built once and answers from memory. */
export class SuggestionIndex {
  private readonly vocabulary: Vocabulary;
  private readonly postings: readonly Postings[];
  private readonly texts: Vocabulary;
  /** Entries by the place of their text. */
  private readonly entriesOfText: readonly (readonly number[])[];
  /** The rank of each entry by length and alphabet. */
  private readonly plainRank: Uint32Array;

  constructor(private readonly suggestions: readonly Suggestion[]) {
    const read = suggestions.map(({ text, synonyms, tags }) => ({
      text: wordsOf(text),
      synonyms: synonyms.flatMap(wordsOf),
      tags: tags.flatMap(wordsOf),
    }));
    this.vocabulary = new Vocabulary(read.flatMap(({ text, synonyms, tags }) => [...text, ...synonyms, ...tags]));
    this.postings = this.vocabulary.words.map(() => new Postings());
    read.forEach((words, entry) => {
      for (const list of ['text', 'synonyms', 'tags'] as const)
        for (const word of new Set(words[list])) this.postings[this.vocabulary.placeOf(word)]?.[list].push(entry);
    });
    const texts = read.map(({ text }) => text.join(' '));
    this.texts = new Vocabulary(texts);
    const entriesOfText = this.texts.words.map((): number[] => []);
    texts.forEach((text, entry) => entriesOfText[this.texts.placeOf(text)]?.push(entry));
    this.entriesOfText = entriesOfText;
    this.plainRank = plainRanksOf(suggestions);
  }

  /**
   * The best matches, best first: by their type, then by how near they are, then by how often users accepted the term, then the shorter one. A query
   * without anything in it is the beginning of every text.
   * @param limit the most matches
   */
  find(query: string, limit: number, acceptances: Acceptances): Match[] {
    const words = wordsOf(query);
    if (words.length === 0 && query.trim() !== '') return [];
    const taken = new Uint8Array(this.suggestions.length);
    const readings = [...new Set(words)].map((word) => this.readingOf(word));
    const searches: Readonly<Record<MatchType, () => Candidate[]>> = {
      prefix: () => this.beginningWith(words.join(' ')),
      word: () => this.withWords(readings),
      fuzzy: () => this.withMisspeltWords(readings),
      semantic: () => this.near(readings),
    };
    const found: Match[] = [];
    for (const type of MATCH_TYPES) {
      if (found.length >= limit) break;
      const fresh = searches[type]().filter(({ entry }) => taken[entry] === 0);
      for (const { entry } of this.best(fresh, limit - found.length, acceptances)) {
        const suggestion = this.suggestions[entry];
        if (suggestion) found.push({ suggestion, type });
      }
      for (const { entry } of fresh) taken[entry] = 1;
    }
    return found;
  }

  private readingOf(word: string): Reading {
    const [from, to] = this.vocabulary.beginningWith(word);
    return { word, from, to, misspelt: from < to ? [] : this.vocabulary.resembling(word) };
  }

  private beginningWith(start: string): Candidate[] {
    const [from, to] = this.texts.beginningWith(start);
    return this.entriesOfText.slice(from, to).flatMap((entries) => entries.map((entry) => ({ entry, nearness: 0 })));
  }

  /** Entries whose text has a word for each word of the query that begins so. */
  private withWords(readings: readonly Reading[]): Candidate[] {
    const hits = new Uint16Array(this.suggestions.length);
    readings.forEach(({ from, to }, rank) => {
      for (let place = from; place < to; place++)
        for (const entry of this.postings[place]?.text ?? []) if (hits[entry] === rank) hits[entry] = rank + 1;
    });
    return candidates(hits, (count) => (count === readings.length && count > 0 ? 0 : null));
  }

  /** The same with typos; the fewer, the nearer. */
  private withMisspeltWords(readings: readonly Reading[]): Candidate[] {
    if (readings.every(({ misspelt }) => misspelt.length === 0)) return [];
    // 1 more than the typos so far; 0 where a word was missing.
    let typos = new Uint16Array(this.suggestions.length).fill(1);
    for (const { from, to, misspelt } of readings) {
      const next = new Uint16Array(this.suggestions.length);
      const take = (place: number, more: number): void => {
        for (const entry of this.postings[place]?.text ?? []) {
          const [before, now] = [typos[entry] ?? 0, next[entry] ?? 0];
          if (before > 0 && (now === 0 || before + more < now)) next[entry] = before + more;
        }
      };
      for (let place = from; place < to; place++) take(place, 0);
      for (const each of misspelt) take(each.at, each.typos);
      typos = next;
    }
    return candidates(typos, (count) => (count > 0 ? -count : null));
  }

  /** Entries that half of the query's words are near to, or say the same; the more words, the nearer. */
  private near(readings: readonly Reading[]): Candidate[] {
    const telling = readings.filter(({ word }) => !CONNECTIVES.has(word));
    const hits = new Uint16Array(this.suggestions.length);
    const nearness = new Uint16Array(this.suggestions.length);
    for (const reading of telling) {
      const strength = this.strengthOf(reading);
      strength.forEach((each, entry) => {
        if (each === 0) return;
        hits[entry] = (hits[entry] ?? 0) + 1;
        nearness[entry] = (nearness[entry] ?? 0) + each;
      });
    }
    const enough = Math.max(1, Math.ceil(telling.length * SHARE_NEAR));
    return candidates(hits, (count, entry) => (count >= enough ? (nearness[entry] ?? 0) : null));
  }

  /** How strongly a word speaks for each entry. */
  private strengthOf({ word, from, to, misspelt }: Reading): Uint8Array {
    const strength = new Uint8Array(this.suggestions.length);
    const takeAt = (place: number): void => {
      const { text = [], synonyms = [], tags = [] } = this.postings[place] ?? {};
      for (const entry of tags) strength[entry] = Math.max(strength[entry] ?? 0, BY_TAG);
      for (const entry of synonyms) strength[entry] = BY_NAME;
      for (const entry of text) strength[entry] = BY_NAME;
    };
    const isWhole = this.vocabulary.words[from] === word;
    const end = word.length >= TELLING_LENGTH ? to : from + Number(isWhole);
    for (let place = from; place < end; place++) takeAt(place);
    for (const { at } of misspelt) takeAt(at);
    return strength;
  }

  private best(found: readonly Candidate[], limit: number, acceptances: Acceptances): readonly Candidate[] {
    const accepted = ({ entry }: Candidate): number => acceptances.get(this.suggestions[entry]?.text ?? '') ?? 0;
    const plain = ({ entry }: Candidate): number => this.plainRank[entry] ?? 0;
    const order = (a: Candidate, b: Candidate): number => {
      if (a.nearness !== b.nearness) return b.nearness - a.nearness;
      const more = accepted(b) - accepted(a);
      return more === 0 ? plain(a) - plain(b) : more;
    };
    return firstOf(found, limit, order);
  }
}

/** The first few in an order, without putting all the others in order too. */
const firstOf = <T>(items: readonly T[], limit: number, order: (a: T, b: T) => number): T[] => {
  const first: T[] = [];
  for (const item of items) {
    const last = first.at(-1);
    if (first.length === limit && last !== undefined && order(item, last) >= 0) continue;
    let place = first.length;
    while (place > 0 && order(item, first[place - 1] as T) < 0) place -= 1;
    first.splice(place, 0, item);
    if (first.length > limit) first.pop();
  }
  return first;
};

const candidates = (hits: Uint16Array, nearnessOf: (hits: number, entry: number) => number | null): Candidate[] => {
  const found: Candidate[] = [];
  hits.forEach((count, entry) => {
    const nearness = count === 0 ? null : nearnessOf(count, entry);
    if (nearness !== null) found.push({ entry, nearness });
  });
  return found;
};

/** The shorter text first, then by alphabet, then as they were given. */
const plainRanksOf = (suggestions: readonly Suggestion[]): Uint32Array => {
  const order = suggestions
    .map(({ text }, entry) => ({ text, entry }))
    .sort((a, b) => {
      if (a.text.length !== b.text.length) return a.text.length - b.text.length;
      return a.text === b.text ? a.entry - b.entry : Number(a.text > b.text) * 2 - 1;
    });
  const ranks = new Uint32Array(suggestions.length);
  order.forEach(({ entry }, rank) => (ranks[entry] = rank));
  return ranks;
};
