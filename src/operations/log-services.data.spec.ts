import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_CONTEXTS, LOG_SERVICES } from './log-services.data.js';

const SOURCE = join(import.meta.dirname, '..');

/** The names that the sources give to loggers: `new Logger('HTTP')`, `new Logger(Probes.name)`, `new Logger(AUDIT)`. */
const loggedIn = (): Set<string> => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/new Logger\((?:'(\w+)'|(\w+)\.name|(AUDIT))\)/g)].map(
      ([, text, className, constant]) => text ?? className ?? (constant === 'AUDIT' ? 'Audit' : ''),
    ),
  );
  return new Set(names);
};

describe('the series of log files', () => {
  it('know every name in which the program logs, and no other', () => {
    expect([...LOG_CONTEXTS].sort()).toEqual([...loggedIn()].sort());
  });

  it('take what they do not know for a matter of the whole program', () => {
    expect(['HTTP', 'InstanceLoader', null].map((context) => LOG_SERVICES.serviceOf(context))).toEqual([
      ...['api', 'app', 'app'],
    ]);
  });
});
