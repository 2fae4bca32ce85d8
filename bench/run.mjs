// Measures one promise of Darkroom: `npm run bench -- NAME [--check] [--seconds N] [--rounds N] [--runs N,N]`; see docs/benchmarks.md.
import { readdirSync } from 'node:fs';
import { exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { conclude } from './report.mjs';

const SUFFIX = '.bench.mjs';
const names = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

const refuse = (problem) => {
  console.error(
    `${problem}\nUsage: npm run bench -- NAME [--check] [--seconds N] [--rounds N] [--runs N,N]\nNAME is one of ${names.join(', ')}.`,
  );
  exit(2);
};

const readArguments = () => {
  const number = { type: 'string' };
  try {
    return parseArgs({
      allowPositionals: true,
      options: { check: { type: 'boolean', default: false }, seconds: number, rounds: number, runs: number },
    });
  } catch (error) {
    return refuse(error.message);
  }
};

/** @returns the option, or the benchmark's own default where it was left out */
const positive = (option, text, fallback) => {
  if (text === undefined) return fallback;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : refuse(`--${option} takes a number above 0, not ${text}.`);
};

const { values, positionals } = readArguments();
const [name] = positionals;
if (positionals.length !== 1 || !names.includes(name)) refuse(`Unknown benchmark: ${positionals.join(' ') || 'none'}.`);

ensureBuild();
const { DEFAULTS, measure } = await import(new URL(`${name}${SUFFIX}`, import.meta.url));
const seconds = positive('seconds', values.seconds, DEFAULTS.seconds);
const rounds = Math.ceil(positive('rounds', values.rounds, DEFAULTS.rounds));
const runs = values.runs?.split(',').map((each) => Math.ceil(positive('runs', each))) ?? DEFAULTS.runs;
const met = conclude(name, await measure({ seconds, rounds, runs }));
exit(values.check && !met ? 1 : 0);
