/** A selector of an expression: `name{a="b"}` has the label a. */
export interface Selected {
  readonly name: string;
  readonly labels: readonly string[];
}

/** What an expression of PromQL names; enough of its grammar for what this project writes, and no more. */
export interface Named {
  readonly selected: readonly Selected[];
  /** Labels of `by (…)` and `on (…)`. */
  readonly grouped: readonly string[];
}

const STRING = /"(?:[^"\\]|\\.)*"/g;
const GROUPING = /\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g;
const RANGE = /\[[^\]]*\]|\boffset\s+\S+?(?=[\s)]|$)/g;
const SELECTOR = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{[^}]*\}|\()?/g;
const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'by', 'on', 'offset', 'without', 'ignoring']);

const labelsIn = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

export const namedIn = (expression: string): Named => {
  const bare = expression.replaceAll(STRING, '""');
  const grouped = [...bare.matchAll(GROUPING)].flatMap(([, labels = '']) => labelsIn(labels));
  const rest = bare
    .replaceAll(GROUPING, ' ')
    .replaceAll(RANGE, ' ')
    .replaceAll(/\b\d[\w.]*(?:e-?\d+)?\b/g, ' ');
  const selected = [...rest.matchAll(SELECTOR)]
    .filter(([, name = '', after = '']) => after !== '(' && !KEYWORDS.has(name))
    .map(([, name = '', matchers = '']) => ({
      name,
      labels: labelsIn(matchers.slice(1, -1)).map((matcher) => matcher.split(/[=!]/)[0]?.trim() ?? ''),
    }));
  return { selected, grouped };
};
