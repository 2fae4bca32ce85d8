import fc from 'fast-check';
import { isShort, rarestTrigrams, searchText, trigramsOf } from './search-text.policy.js';

describe('the trigrams of a text', () => {
  it('are its runs of three bytes, each once', () => {
    expect(trigramsOf('abcabc')).toEqual([0x616263, 0x626361, 0x636162]);
    expect(trigramsOf('灯')).toEqual([0xe781af]);
    expect(trigramsOf('ab')).toEqual([]);
  });

  it('are among those of every text that contains it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        (before, text, after) => {
          expect(trigramsOf(`${before}${text}${after}`)).toEqual(expect.arrayContaining(trigramsOf(text)));
        },
      ),
    );
  });
});

describe('a text that is searched', () => {
  it.each([
    ['LIGHTHOUSE', 'lighthouse'],
    ['Cre\u0300me Brûlée', 'crème brûlée'],
    ['ΜΟΥΣΕΊΟ', 'μουσείο'],
    ['灯台', '灯台'],
    ['100 %_\\', '100 %_\\'],
  ])('%s is compared as %s', (text, compared) => {
    expect(searchText(text)).toBe(compared);
    expect(searchText(searchText(text))).toBe(compared);
  });

  it.each([
    ['ΟΔΟΣ', 'ΟΔΟΣΑ'],
    ['οδος', 'ΟΔΟΣΑ'],
    ['οδοσ', 'οδος'],
    ['istanbul', 'İstanbul'],
    ['İSTANBUL', 'istanbul'],
    ['I\u0307zmir', 'izmir'],
  ])('%s is found in %s', (text, prompt) => {
    expect(searchText(prompt)).toContain(searchText(text));
  });

  it('is compared the same when it was made comparable before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(searchText(searchText(text))).toBe(searchText(text));
      }),
    );
  });

  it.each([
    ['a', true],
    ['ab', true],
    ['é', true],
    ['abc', false],
    ['éa', false],
    ['灯', false],
    ['🌊', false],
  ])('"%s" is too short for the index: %s', (text, short) => {
    expect(isShort(text)).toBe(short);
  });
});

describe('the parts by which a text is looked up', () => {
  const partsOf = (text: string, shares: Readonly<Record<string, number>> = {}): string[] =>
    rarestTrigrams(
      text,
      new Map(Object.entries(shares).map(([part, share]) => [Buffer.from(part).readUIntBE(0, 3), share])),
    ).map((each) => {
      const bytes = Buffer.alloc(3);
      bytes.writeUIntBE(each, 0, 3);
      return bytes.toString();
    });

  it('are the rarest ones, and those of which nothing is known count as rare', () => {
    expect(partsOf('rusty', { rus: 0.02, ust: 0.05, sty: 0.01 })).toEqual(['sty']);
    expect(partsOf('velvet', { vel: 0.05, elv: 0.05, lve: 0.05, vet: 0.05 })).toEqual(['vel', 'vet']);
    expect(partsOf('at dusk', { 'at ': 0.3, 't d': 0.2, ' du': 0.12, dus: 0.12, usk: 0.12 })).toEqual([' du']);
  });

  it('do not overlap, are at most four and each once', () => {
    expect(partsOf('abcdefghijklmnopqrstuvwxyz')).toEqual(['abc', 'def', 'ghi', 'jkl']);
    expect(partsOf('aaaaaaaaaaaa')).toEqual(['aaa']);
  });

  it('are parts of the text that the index knows', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 40 }), (text) => {
        const known = trigramsOf(text);
        const parts = rarestTrigrams(text, new Map(known.map((each) => [each, (each % 7) / 7])));
        expect(parts.length).toBeGreaterThan(0);
        expect(known).toEqual(expect.arrayContaining(parts));
      }),
    );
  });

  it('are none of a text that is too short for the index', () => {
    expect(partsOf('ab')).toEqual([]);
  });
});
