type Cell = number | string;

/** Names on the left, numbers on the right. */
export const tableOf = (title: string, rows: Readonly<Record<string, Cell>>): string => {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(8)}`);
  return `\n${title}\n${lines.join('\n')}\n`;
};

/** Counts as rows, each name after the prefix. */
export const named = (prefix: string, counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].map(([name, count]) => [`${prefix}${name}`, count]));
