import { isShort, searchText } from './search-text.policy.js';

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
