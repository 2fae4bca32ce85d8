import {
  COMPOUNDS,
  DETERMINERS,
  NAMES,
  BOUNDARIES,
  NEGATION_FILLERS,
  NEGATION_REACH,
  NEGATIONS,
} from './language.data.js';
import { indexPhrases, mentionsIn, type Mention } from './phrases.policy.js';
import type { Word } from './words.policy.js';

const OPENERS = indexPhrases<keyof typeof NEGATIONS>([
  { phrases: NEGATIONS.untilAnd, meaning: 'untilAnd' },
  { phrases: NEGATIONS.alsoAfterAnd, meaning: 'alsoAfterAnd' },
  { phrases: NEGATIONS.despiteTheLook, meaning: 'despiteTheLook' },
]);

const EXPRESSIONS = indexPhrases<'compound' | 'name'>([
  { phrases: COMPOUNDS, meaning: 'compound' },
  { phrases: NAMES, meaning: 'name' },
]);

type Opener = Mention<keyof typeof NEGATIONS>;

/** The words behind a negation that belong to the same thought, at most as many as it could reach. */
const thoughtBehind = (words: readonly Word[], { to, meaning }: Opener): readonly Word[] => {
  const behind = words.slice(to, to + 4 * NEGATION_REACH);
  // “non-dramatic light” is said of the one word.
  const isJoined = behind[0]?.gap === 'hyphen';
  const end = behind.findIndex(
    ({ key, gap }) =>
      gap === 'break' ||
      BOUNDARIES.has(key) ||
      (isJoined && gap !== 'hyphen') ||
      (key === 'and' && meaning === 'untilAnd'),
  );
  return end === -1 ? behind : behind.slice(0, end);
};

/** Indexes of the words that one negation reaches. */
const reachOf = (words: readonly Word[], opener: Opener): number[] => {
  const reached: number[] = [];
  if (opener.meaning === 'despiteTheLook') return reached;
  for (const [at, { key }] of thoughtBehind(words, opener).entries()) {
    // A determiner begins another noun.
    if (reached.length === NEGATION_REACH || (reached.length > 0 && DETERMINERS.has(key))) break;
    if (!NEGATION_FILLERS.has(key)) reached.push(opener.to + at);
  }
  return reached;
};

/** Indexes of the words that the text says it does not want: “no neon”, “without people”, “shadow-free”. */
export const negatedWords = (words: readonly Word[]): ReadonlySet<number> => {
  const negated = new Set<number>();
  let spent = 0;
  for (const mention of mentionsIn(words, OPENERS)) {
    // The longest opener at a word comes first; what begins inside of it is part of it.
    if (mention.from < spent) continue;
    spent = mention.to;
    for (const at of reachOf(words, mention)) negated.add(at);
  }
  words.forEach(({ key, gap }, at) => {
    if (key === 'free' && gap === 'hyphen') negated.add(at - 1);
  });
  return negated;
};

/** A stretch of words, from index `from` up to, but without, `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Words that mean something else in the expression that they stand in (“golden retriever”), by index, with that expression. */
export const idleWords = (words: readonly Word[]): ReadonlyMap<number, Span> => {
  const idle = new Map<number, Span>();
  for (const { from, to, meaning } of mentionsIn(words, EXPRESSIONS)) {
    const end = meaning === 'name' ? to : to - 1;
    for (let at = from; at < end; at++) idle.set(at, idle.get(at) ?? { from, to });
  }
  return idle;
};
