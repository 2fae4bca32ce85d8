import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type LogLine = Readonly<Record<string, unknown>>;

/** The lines of JSON in what a process wrote, without what it says to people beside them. */
export const logLines = (output: string): readonly LogLine[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);

/** All log files below a folder, by their paths in it. */
export const logFiles = (folder: string): ReadonlyMap<string, string> => {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return new Map(
    names.filter((name) => name.endsWith('.log')).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
};
