import type { VisualParameters } from '../../providers/image-provider.port.js';
import { DIRECTION } from './direction.data.js';
import type { Parameter, ParameterRules, Rule } from './direction-rule.data.js';
import type { Direction } from './director.port.js';
import { idleWords, negatedWords } from './negation.policy.js';
import { indexPhrases, mentionsIn, type Mention } from './phrases.policy.js';
import { wordsOf } from './words.policy.js';

/** How much a phrase weighs: a wish outweighs any number of subjects, a subject any number of hints. */
const WEIGHTS = { wishes: 3, subjects: 2, hints: 1 } as const;
type Kind = keyof typeof WEIGHTS;
const KINDS = ['wishes', 'subjects', 'hints'] as const satisfies readonly Kind[];
const MOST_QUOTED = 4;

const PARAMETERS = Object.keys(DIRECTION) as Parameter[];

const INDEX = indexPhrases(
  PARAMETERS.flatMap((parameter): Rule[] => [...DIRECTION[parameter].rules]).flatMap((rule) =>
    KINDS.map((kind) => ({ phrases: rule[kind] ?? '', meaning: { rule, kind } })),
  ),
);

/** A phrase of a rule in the prompt's own words. */
interface Evidence {
  readonly kind: Kind;
  readonly key: string;
  readonly quote: string;
  /** Place among the prompt's words. */
  readonly at: number;
}

/** What a prompt says for each rule, and which rules it says no to. */
interface Reading {
  readonly evidence: ReadonlyMap<Rule, readonly Evidence[]>;
  readonly refused: ReadonlySet<Rule>;
}

const read = (prompt: string): Reading => {
  const words = wordsOf(prompt);
  const [negated, idle] = [negatedWords(words), idleWords(words)];
  const evidence = new Map<Rule, Evidence[]>();
  const refused = new Set<Rule>();
  const covered = new Map<Rule, number>();
  const weigh = ({ from, to, meaning: { rule, kind } }: Mention<{ rule: Rule; kind: Kind }>): void => {
    const mentioned = words.slice(from, to);
    const [first, last] = [mentioned[0], mentioned.at(-1)];
    // “low angle” inside of “low angle shot” is no second word for it.
    if (!first || !last || to <= (covered.get(rule) ?? 0)) return;
    covered.set(rule, to);
    const places = mentioned.map((_, offset) => from + offset);
    const isIdle = places.some((at) => {
      const expression = idle.get(at);
      return expression !== undefined && (expression.from < from || expression.to > to);
    });
    if (isIdle) return;
    if (places.some((at) => negated.has(at))) {
      if (kind === 'wishes') refused.add(rule);
      return;
    }
    const key = mentioned.map((word) => word.key).join(' ');
    const known = evidence.get(rule) ?? [];
    if (known.some((each) => each.key === key)) return;
    const quote = prompt.slice(first.start, last.end).replace(/\s+/g, ' ');
    evidence.set(rule, [...known, { kind, key, quote, at: from }]);
  };
  mentionsIn(words, INDEX).forEach(weigh);
  return { evidence, refused };
};

/** The heaviest kind, then how much of it there is, then the earliest; a wish counts by its place alone. */
interface Score {
  readonly weight: number;
  readonly count: number;
  readonly at: number;
}

const scoreOf = (evidence: readonly Evidence[]): Score => {
  const weight = Math.max(...evidence.map(({ kind }) => WEIGHTS[kind]));
  const heaviest = evidence.filter(({ kind }) => WEIGHTS[kind] === weight);
  const at = Math.min(...heaviest.map((each) => each.at));
  return { weight, count: weight === WEIGHTS.wishes ? 1 : heaviest.length, at };
};

const compare = (a: Score, b: Score): number =>
  [b.weight - a.weight, b.count - a.count, a.at - b.at].find((difference) => difference !== 0) ?? 0;

interface Choice<Value> {
  readonly value: Value;
  readonly isAsked: boolean;
  readonly reason: string;
}

const reasonOf = ({ because }: Rule, evidence: readonly Evidence[]): string => {
  const wishes = evidence.filter(({ kind }) => kind === 'wishes');
  const heaviestFirst = KINDS.flatMap((kind) => evidence.filter((each) => each.kind === kind));
  const quoted = (wishes.length > 0 ? wishes : heaviestFirst).slice(0, MOST_QUOTED).map(({ quote }) => `“${quote}”`);
  return `${wishes.length > 0 ? 'The prompt asks for it' : because} (${quoted.join(', ')}).`;
};

const choose = <Value extends string>(
  { rules, fallbacks }: ParameterRules<Value>,
  { evidence, refused }: Reading,
): Choice<Value> => {
  const isWished = (rule: Rule): boolean => evidence.get(rule)?.some(({ kind }) => kind === 'wishes') ?? false;
  const refusedValues = new Set<string>(
    rules.filter((rule) => refused.has(rule) && !isWished(rule)).map(({ value }) => value),
  );
  const [best] = rules
    .flatMap((rule) => {
      const found = evidence.get(rule) ?? [];
      return found.length > 0 && !refusedValues.has(rule.value) ? [{ rule, found, score: scoreOf(found) }] : [];
    })
    .sort((a, b) => compare(a.score, b.score));
  if (best) return { value: best.rule.value, isAsked: isWished(best.rule), reason: reasonOf(best.rule, best.found) };
  const { value, because } = fallbacks.find((each) => !refusedValues.has(each.value)) ?? fallbacks[0];
  return { value, isAsked: false, reason: `${because}.` };
};

const chooseFor = <P extends Parameter>(parameter: P, reading: Reading): Choice<Required<VisualParameters>[P]> =>
  choose<Required<VisualParameters>[P]>(DIRECTION[parameter], reading);

type Draft = { -readonly [P in Parameter]?: Required<VisualParameters>[P] };

const set = <P extends Parameter>(draft: Draft, parameter: P, value: Draft[P]): void => {
  draft[parameter] = value;
};

/**
 * Completes the visual parameters from the words of the prompt; what the caller gave stays as it is and gets no reason.
 * Linear in the length of the prompt.
 */
export const directByRules = (prompt: string, given: VisualParameters): Direction => {
  const reading = read(prompt);
  const visual: Draft = { ...given };
  const reasoning: Record<string, string> = {};
  const asked: Parameter[] = [];
  for (const parameter of PARAMETERS) {
    if (given[parameter] !== undefined) continue;
    const { value, isAsked, reason } = chooseFor(parameter, reading);
    if (isAsked) asked.push(parameter);
    set(visual, parameter, value);
    reasoning[parameter] = reason;
  }
  return { visual, asked, reasoning };
};
