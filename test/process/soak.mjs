// Everything that goes wrong, as long as you like: `npm run soak -- --minutes 30 --seed 7`, and until so many processes were killed:
// `--kills 1000`. Builds first; ends with the tests' own exit code. What it needs of the machine, and leaves out without, its table says.
import { spawnSync } from 'node:child_process';
import process, { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const USAGE = 'Usage: npm run soak -- [--minutes 30] [--kills 1000] [--seed 7]';

const wholeNumber = (text) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    console.error(`${text} is no whole number from 1.\n${USAGE}`);
    exit(2);
  }
  return text;
};

const options = () => {
  try {
    const text = { type: 'string' };
    return parseArgs({ args: argv.slice(2), options: { minutes: text, kills: text, seed: text } }).values;
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    return exit(2);
  }
};

const run = (parameters, added = {}) => {
  const { status } = spawnSync(execPath, parameters, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...added },
  });
  if (status !== 0) exit(status ?? 1);
};

const { minutes = '30', kills = '1', seed } = options();
const added = {
  DARKROOM_SOAK_MINUTES: wholeNumber(minutes),
  DARKROOM_SOAK_KILLS: wholeNumber(kills),
  ...(seed !== undefined && { DARKROOM_SOAK_SEED: wholeNumber(seed) }),
};
// Twice the time and a minute for each kill: far more than it takes, and still an end.
const limit = String(900_000 + Number(minutes) * 120_000 + Number(kills) * 60_000);
run(['node_modules/@nestjs/cli/bin/nest.js', 'build']);
run(
  [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'drills',
    '--testTimeout',
    limit,
    '--testPathPatterns',
    'soak[.]drill-spec',
  ],
  added,
);
