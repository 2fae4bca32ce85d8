import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './percentiles.mjs';

/** Three significant digits, as no measurement here is better than that. */
const rounded = (value) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value);

const roundedDeep = (value) =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, roundedDeep(member)]))
    : rounded(value);

/** Median milliseconds that the disk takes to make 8 KiB durable: what a commit costs at least. */
const flushMs = (folder) => {
  const file = join(folder, 'flush-probe');
  const descriptor = openSync(file, 'w');
  const page = Buffer.alloc(8192, 1);
  try {
    const samples = Array.from({ length: 50 }, () => {
      const began = performance.now();
      writeSync(descriptor, page, 0, page.length, 0);
      fdatasyncSync(descriptor);
      return performance.now() - began;
    });
    return median(samples);
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
};

/**
 * What the figures were measured on; `load` is that of the last minute, so that a busy machine shows.
 * @param database left out by what needs none
 */
export const machineOf = (database) => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.versions.node,
  ...(database && { postgres: database.postgres, flush_ms: rounded(flushMs(database.home)) }),
  load: rounded(loadavg()[0]),
});

/** An aim that a figure has to reach. */
export const atLeast = (name, aim, value) => ({ name, aim: `>= ${aim}`, value: rounded(value), met: value >= aim });

/** An aim that a figure has to stay below. */
export const below = (name, aim, value) => ({ name, aim: `< ${aim}`, value: rounded(value), met: value < aim });

/** Rows as columns that line up; numbers to the right. */
export const printTable = (title, columns, rows) => {
  const cells = [columns, ...rows.map((row) => row.map((cell) => String(rounded(cell))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const text = cells.map((line) =>
    line.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index]))).join('  '),
  );
  console.log(`\n${title}\n${text.join('\n')}`);
};

/** Prints the aims and then, as the last line, everything as JSON. @returns whether every aim is met */
export const conclude = (name, { machine, figures, aims }) => {
  if (aims.length > 0) {
    const rows = aims.map((aim) => [aim.name, aim.aim, aim.value, aim.met ? 'met' : 'MISSED']);
    printTable('Aims', ['aim', 'wanted', 'measured', ''], rows);
  }
  console.log(`\n${JSON.stringify({ name, machine, figures: roundedDeep(figures), aims })}`);
  return aims.every((aim) => aim.met);
};
