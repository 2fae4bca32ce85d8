import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  FIELDS_OF_VIEW,
  LIGHTINGS,
  STYLES,
} from '../../providers/image-provider.port.js';
import { DIRECTION } from './direction.data.js';
import type { Parameter, Rule } from './direction-rule.data.js';
import { directByRules } from './direction.policy.js';
import { indexPhrases } from './phrases.policy.js';
import { wordsOf } from './words.policy.js';

const VALUES: Readonly<Record<Parameter, readonly string[]>> = {
  camera_angle: CAMERA_ANGLES,
  fov: FIELDS_OF_VIEW,
  lighting: LIGHTINGS,
  color_palette: COLOR_PALETTES,
  composition: COMPOSITIONS,
  style: STYLES,
};
const PARAMETERS = Object.keys(VALUES) as Parameter[];
const KINDS = ['wishes', 'subjects', 'hints'] as const;

const rulesOf = (parameter: Parameter): readonly Rule[] => DIRECTION[parameter].rules;
const listOf = (phrases: string | undefined): string[] => (phrases ?? '').split(',').map((phrase) => phrase.trim());

/** A phrase as somebody would write it: the first of the alternatives, the room left empty. */
const spoken = (phrase: string): string =>
  phrase
    .split(/\s+/)
    .filter((part) => part !== '…')
    .map((part) => part.split('/')[0] ?? part)
    .join(' ');

/** Every phrase of the rules with the rule that it stands in. */
const PHRASES = PARAMETERS.flatMap((parameter) =>
  rulesOf(parameter).flatMap((rule) =>
    KINDS.flatMap((kind) =>
      rule[kind] === undefined ? [] : listOf(rule[kind]).map((phrase) => ({ parameter, rule, kind, phrase })),
    ),
  ),
);

describe('the rules of the director', () => {
  it.each(PARAMETERS)('speak for every value of %s and for no other', (parameter) => {
    const spokenFor = new Set(rulesOf(parameter).map(({ value }) => value));
    expect([...spokenFor].sort()).toEqual([...VALUES[parameter]].sort());
    for (const { value } of DIRECTION[parameter].fallbacks) expect(VALUES[parameter]).toContain(value);
  });

  it.each(PARAMETERS.flatMap((parameter) => VALUES[parameter].map((value) => [parameter, value] as const)))(
    'let a prompt reach %s %s by a wish, and by a hint or a subject',
    (parameter, value) => {
      const reached = (kinds: readonly string[]): boolean =>
        PHRASES.some(
          ({ parameter: of, kind, phrase }) =>
            of === parameter && kinds.includes(kind) && directByRules(spoken(phrase), {}).visual[parameter] === value,
        );
      expect(reached(['wishes'])).toBe(true);
      expect(reached(['subjects', 'hints'])).toBe(true);
    },
  );

  it('each phrase leads to its value where it stands alone', () => {
    const dead = PHRASES.filter(
      ({ parameter, rule, phrase }) => directByRules(spoken(phrase), {}).visual[parameter] !== rule.value,
    );
    expect(dead.map(({ parameter, phrase }) => `${parameter}: ${phrase}`)).toEqual([]);
  });

  it('no phrase stands twice in the rules of a parameter', () => {
    const seen = PHRASES.map(
      ({ parameter, phrase }) =>
        `${parameter}: ${wordsOf(phrase)
          .map(({ key }) => key)
          .join(' ')}`,
    );
    expect(seen.filter((each, index) => seen.indexOf(each) !== index)).toEqual([]);
  });

  it('no list has an empty place', () => {
    expect(PHRASES.filter(({ phrase }) => wordsOf(phrase).length === 0)).toEqual([]);
  });

  it('each fallback differs from the other, and each sentence ends without a full stop', () => {
    for (const parameter of PARAMETERS) {
      const [first, second] = DIRECTION[parameter].fallbacks;
      expect(first.value).not.toBe(second.value);
      for (const { because } of [first, second, ...rulesOf(parameter)]) expect(because).toMatch(/^[A-Z][^.“”]*[^.\s]$/);
    }
  });

  it('few phrases begin with the same word, so that the work for a word is bounded', () => {
    const index = indexPhrases(PHRASES.map(({ phrase }) => ({ phrases: phrase, meaning: null })));
    expect(Math.max(...[...index.values()].map((phrases) => phrases.length))).toBeLessThanOrEqual(16);
  });
});
