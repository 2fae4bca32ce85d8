import { cpuUsage } from 'node:process';
import { built } from './build.mjs';
import { medians, spread } from './percentiles.mjs';
import { below, machineOf, printTable } from './report.mjs';
import { QUERIES, syntheticTerms } from './synthetic-terms.mjs';

export const DEFAULTS = { seconds: 0.5, rounds: 9 };

const ENTRIES = 10_000;
const LIMIT = 10;
const SEED = 2026;
const WARM_UP_SECONDS = 0.5;
/** One query in so many is a whole text, which has to be found. */
const CHECK_EACH = 100;

const check = (index, standing, { text }) => {
  const [first] = index.find(text, LIMIT, standing);
  if (first?.type !== 'prefix' || !first.suggestion.text.startsWith(text)) throw new Error(`${text} was not found.`);
};

/** Milliseconds of the processors, the helpers of the engine included: what a query costs however busy the machine is. */
const cpuMs = () => {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
};

/** Queries of one kind, one after the other, for a while. */
const runOnce = (index, { query, terms, numbers, standing }, seconds) => {
  const [samples, cpu] = [[], []];
  const end = performance.now() + seconds * 1000;
  for (let number = 0; performance.now() < end; number++) {
    const term = terms[numbers.below(terms.length)];
    const typed = query(numbers, term);
    const [began, usedBefore] = [performance.now(), cpuMs()];
    const found = index.find(typed, LIMIT, standing);
    cpu.push(cpuMs() - usedBefore);
    samples.push(performance.now() - began);
    if (found.length > LIMIT) throw new Error(`${typed} had ${found.length} answers.`);
    if (number % CHECK_EACH === 0) check(index, standing, term);
  }
  return { ...spread(samples), cpu_p99_ms: spread(cpu).p99_ms };
};

const slowest = (kinds, figure) => Math.max(...Object.values(kinds).map((each) => each[figure]));

/** What a key press costs, in process: the index of 10,000 entries, asked as people type. */
export const measure = async ({ seconds, rounds }) => {
  const { SuggestionIndex } = await built('suggestions/autocomplete.policy.js');
  const { SeededNumbers } = await built('platform/random/seeded-numbers.policy.js');
  const numbers = new SeededNumbers(SEED);
  const terms = syntheticTerms(numbers, ENTRIES);
  const began = performance.now();
  const index = new SuggestionIndex(terms);
  const build = performance.now() - began;
  const standing = index.standingOf(new Map(terms.map(({ text }) => [text, numbers.below(50)])));
  const results = Object.fromEntries(Object.keys(QUERIES).map((kind) => [kind, []]));
  for (const query of Object.values(QUERIES)) runOnce(index, { query, terms, numbers, standing }, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round++)
    for (const [kind, query] of Object.entries(QUERIES))
      results[kind].push(runOnce(index, { query, terms, numbers, standing }, seconds));
  const kinds = Object.fromEntries(Object.entries(results).map(([kind, each]) => [kind, medians(each)]));
  printTable(
    `Milliseconds for a query over ${ENTRIES} entries, medians over rounds`,
    ['typed', 'p50', 'p95', 'p99', 'p99 of CPU'],
    Object.entries(kinds).map(([kind, { p50_ms, p95_ms, p99_ms, cpu_p99_ms }]) => [
      kind,
      p50_ms,
      p95_ms,
      p99_ms,
      cpu_p99_ms,
    ]),
  );
  return {
    machine: machineOf(),
    figures: { entries: ENTRIES, build_ms: build, kinds },
    aims: [
      below('p99 ms of the slowest kind', 3, slowest(kinds, 'p99_ms')),
      below('p99 ms of CPU of the slowest kind', 3, slowest(kinds, 'cpu_p99_ms')),
    ],
  };
};
