import type { VisualParameters } from '../../providers/image-provider.port.js';
import { DIRECTION, type Parameter } from './direction.data.js';
import type { Direction } from './director.port.js';

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const pattern = (word: string): RegExp => {
  const open = word.endsWith('*');
  const stem = escape(open ? word.slice(0, -1) : word);
  return new RegExp(`(?<![\\p{L}\\p{N}])${stem}${open ? '[\\p{L}\\p{N}]*' : ''}(?![\\p{L}\\p{N}])`, 'u');
};

const RULES = Object.entries(DIRECTION).map(([parameter, { rules, fallback }]) => ({
  parameter: parameter as Parameter,
  fallback,
  rules: rules.map((rule) => ({ ...rule, patterns: rule.words.map((word) => ({ word, expression: pattern(word) })) })),
}));

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

interface Choice {
  readonly value: string;
  readonly reason: string;
}

const choose = ({ rules, fallback }: (typeof RULES)[number], prompt: string): Choice => {
  let best: { found: readonly string[]; value: string; because: string } | null = null;
  for (const { value, because, patterns } of rules) {
    const found = patterns.flatMap(({ expression }) => expression.exec(prompt)?.[0] ?? []);
    if (found.length > (best?.found.length ?? 0)) best = { found, value, because };
  }
  if (!best) return { value: fallback.value, reason: `${capitalised(fallback.because)}.` };
  const words = best.found.map((word) => `“${word}”`).join(', ');
  return { value: best.value, reason: `${capitalised(best.because)} (${words}).` };
};

/** Completes the visual parameters from the words of the prompt; what the caller gave stays as it is. */
export const directByRules = (prompt: string, given: VisualParameters): Direction => {
  const text = prompt.normalize('NFC').toLowerCase();
  const visual: Record<string, string> = { ...given };
  const reasoning: Record<string, string> = {};
  for (const each of RULES) {
    if (given[each.parameter] !== undefined) continue;
    const { value, reason } = choose(each, text);
    visual[each.parameter] = value;
    reasoning[each.parameter] = reason;
  }
  return { visual: visual as VisualParameters, reasoning };
};
