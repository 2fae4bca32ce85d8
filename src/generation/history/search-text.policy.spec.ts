import fc from 'fast-check';
import { isShort, searchText, trigramsOf } from './search-text.policy.js';

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
