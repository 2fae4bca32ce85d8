import fc from 'fast-check';
import { SuggestionIndex, type Match } from './autocomplete.policy.js';
import type { Suggestion } from './entries/suggestion.data.js';
import { ALL_SUGGESTIONS, SUGGESTIONS } from './suggestions.data.js';

const index = new SuggestionIndex(ALL_SUGGESTIONS);
const NONE: ReadonlyMap<string, number> = new Map();

const shown = (matches: readonly Match[]): string[] =>
  matches.map(({ suggestion, type }) => `${suggestion.text} (${type})`);
const find = (query: string, limit = 10, acceptances = NONE): string[] =>
  shown(index.find(query, limit, index.standingOf(acceptances)));

describe('the built-in suggestions', () => {
  it('are 53 in seven categories', () => {
    expect([...SUGGESTIONS].map(([name, entries]) => [name, entries.length])).toEqual([
      ['subjects', 8],
      ['styles', 10],
      ['lighting', 8],
      ['camera', 8],
      ['quality', 7],
      ['mood', 6],
      ['colors', 6],
    ]);
    expect(ALL_SUGGESTIONS).toHaveLength(53);
  });

  it('each have a text of their own, a description, synonyms and tags, none of them empty', () => {
    expect(new Set(ALL_SUGGESTIONS.map(({ text }) => text)).size).toBe(53);
    for (const { text, description, synonyms, tags } of ALL_SUGGESTIONS) {
      expect([text, description, ...synonyms, ...tags].filter((each) => each === '')).toEqual([]);
      expect(synonyms.length).toBeGreaterThan(1);
      expect(tags.length).toBeGreaterThan(3);
    }
  });

  it('are each found first by their own text', () => {
    for (const { text } of ALL_SUGGESTIONS) expect(find(text)[0]).toBe(`${text} (prefix)`);
  });
});

describe('an autocompletion', () => {
  it('finds exactly one portrait', () => {
    expect(find('portrait', 3)).toEqual(['portrait of a woman (prefix)']);
  });

  it.each([
    ['the beginning of a text', 'golden h', 'golden hour lighting (prefix)'],
    ['the beginning of another word', 'mount', 'landscape with mountains (word)'],
    ['words in any order', 'hour golden', 'golden hour lighting (word)'],
    ['letters that are swapped', 'portriat', 'portrait of a woman (fuzzy)'],
    ['a letter too many', 'lansdscape', 'landscape with mountains (fuzzy)'],
    ['a letter too few', 'cinematc', 'cinematic film still (fuzzy)'],
    ['a typo in a word that is not typed to its end', 'watrco', 'watercolor (fuzzy)'],
    ['a typo beside a right word', 'golden huor', 'golden hour lighting (fuzzy)'],
    ['other words for it', 'sunset glow', 'golden hour lighting (semantic)'],
    ['what it is like', 'spooky', 'mysterious ambiance (semantic)'],
    ['a typo in what it is like', 'cyberpnuk', 'neon lights (semantic)'],
    ['what half of the words are like', 'a creepy mansion', 'mysterious ambiance (semantic)'],
    ['accents, case and full width', 'ＯÍL páint', 'oil painting (prefix)'],
    ['a British spelling', 'watercolour', 'watercolor (prefix)'],
    ['an apostrophe, straight or not', 'bird’s', "bird's eye view (prefix)"],
    ['hyphens and punctuation', '8k-uhd!', '8k uhd (prefix)'],
    ['three letters of what it is like', 'hdr', 'high dynamic range (semantic)'],
  ])('finds %s', (_, query, first) => {
    expect(find(query)).toContain(first);
  });

  it.each(['zzzzzz', '!!!', '🌅', 'qu', '海辺', 'with', 'of the'])('finds nothing unfit for %s', (query) => {
    expect(find(query).filter((each) => !each.endsWith('(word)'))).toEqual([]);
  });

  it('takes no known word for a typo', () => {
    // One letter from “mood”, and itself a word of what is near to moonlight.
    expect(find('moon')).not.toContain('dramatic mood (fuzzy)');
  });

  it('puts the kinds of matches in their order', () => {
    const types = index.find('dramatic', 10, index.standingOf(NONE)).map(({ type }) => type);
    expect(types).toEqual([...types].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    expect(find('dramatic').slice(0, 2)).toEqual(['dramatic mood (prefix)', 'dramatic lighting (prefix)']);
  });

  it('puts what users accepted more often before the others of its kind', () => {
    const acceptances = new Map([['dramatic lighting', 2]]);
    expect(find('dramatic', 2, acceptances)).toEqual(['dramatic lighting (prefix)', 'dramatic mood (prefix)']);
    expect(find('light', 10, new Map([['soft natural light', 1]]))[0]).toBe('soft natural light (word)');
  });

  it('but not before a better kind, nor before what is nearer', () => {
    expect(find('watercol', 5, new Map([['oil painting', 1_000]]))[0]).toBe('watercolor (prefix)');
    expect(find('sunset glow', 5, new Map([['neon lights', 1_000]]))[0]).toBe('golden hour lighting (semantic)');
  });

  it('looks at the last six words of a longer query, which are being typed', () => {
    expect(find('I would really want to see something with a golden hour')[0]).toBe('golden hour lighting (semantic)');
    expect(find('golden hour, then quite a number of words that mean nothing')).not.toContain(
      'golden hour lighting (semantic)',
    );
  });

  it('answers nothing typed with what is accepted most, then with the shortest', () => {
    expect(find('', 2, new Map([['oil painting', 1]]))).toEqual(['oil painting (prefix)', '8k uhd (prefix)']);
    expect(find('  ', 100)).toHaveLength(53);
  });
});

const ORDER = ['prefix', 'word', 'fuzzy', 'semantic'];

/** The distance by its definition; what was found before is looked up. */
const distance = (a: string, b: string, known = new Map<string, number>()): number => {
  const found = known.get(`${a} ${b}`);
  if (found !== undefined) return found;
  if (a === '' || b === '') return a.length + b.length;
  const [shorterA, shorterB] = [a.slice(0, -1), b.slice(0, -1)];
  const changed = distance(shorterA, shorterB, known) + Number(a.at(-1) !== b.at(-1));
  const edits = Math.min(changed, distance(shorterA, b, known) + 1, distance(a, shorterB, known) + 1);
  const isSwapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  const least = isSwapped ? Math.min(edits, distance(a.slice(0, -2), b.slice(0, -2), known) + 1) : edits;
  known.set(`${a} ${b}`, least);
  return least;
};

const distanceToBeginning = (typed: string, word: string): number =>
  Math.min(...Array.from({ length: word.length + 1 }, (_, end) => distance(typed, word.slice(0, end))));

/** The obvious way to the types of all entries, for one word that has been typed. */
const typesOf = (typed: string, entries: readonly Suggestion[]): Map<string, string> => {
  const all = entries.flatMap(({ text, tags }) => [...text.split(' '), ...tags]);
  const isKnown = all.some((word) => word.startsWith(typed));
  const allowed = isKnown || typed.length < 4 ? 0 : typed.length < 8 ? 1 : 2;
  const resembles = (word: string): boolean => allowed > 0 && distanceToBeginning(typed, word) <= allowed;
  const isNear = (word: string): boolean =>
    typed.length >= 3 ? word.startsWith(typed) || resembles(word) : word === typed;
  const typeOf = ({ text, tags }: Suggestion): string | null => {
    if (text.startsWith(typed)) return 'prefix';
    if (text.split(' ').some((word) => word.startsWith(typed))) return 'word';
    if (text.split(' ').some(resembles)) return 'fuzzy';
    return [...text.split(' '), ...tags].some(isNear) ? 'semantic' : null;
  };
  return new Map(
    entries.flatMap((entry) => {
      const type = typeOf(entry);
      return type === null ? [] : [[entry.text, type] as const];
    }),
  );
};

describe('the index', () => {
  const word = fc.string({ unit: fc.constantFrom('x', 'y', 'z'), minLength: 1, maxLength: 9 });
  const suggestions = fc
    .uniqueArray(
      fc.record({ words: fc.array(word, { minLength: 1, maxLength: 3 }), tags: fc.array(word, { maxLength: 3 }) }),
      {
        selector: ({ words }) => words.join(' '),
        maxLength: 12,
      },
    )
    .map((entries) =>
      entries.map(({ words, tags }): Suggestion => {
        return { text: words.join(' '), category: 'letters', description: 'Letters', synonyms: [], tags };
      }),
    );

  it('finds what looking at every entry finds, each as the same type', () => {
    fc.assert(
      fc.property(suggestions, word, (entries, typed) => {
        const asked = new SuggestionIndex(entries);
        const found = asked.find(typed, 100, asked.standingOf(NONE));
        expect(new Map(found.map(({ suggestion, type }) => [suggestion.text, type]))).toEqual(typesOf(typed, entries));
      }),
      { numRuns: 300 },
    );
  });

  it('answers a smaller limit with the beginning of the same', () => {
    const query = fc.array(word, { maxLength: 3 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(suggestions, query, fc.integer({ min: 1, max: 6 }), (entries, typed, limit) => {
        const asked = new SuggestionIndex(entries);
        const standing = asked.standingOf(NONE);
        const all = asked.find(typed, 100, standing);
        expect(asked.find(typed, limit, standing)).toEqual(all.slice(0, limit));
        expect(new Set(all.map(({ suggestion }) => suggestion)).size).toBe(all.length);
      }),
    );
  });

  it('takes any text, however strange', () => {
    const strange = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(fc.property(strange, (typed) => find(typed, 50).length <= 50));
  });
});
