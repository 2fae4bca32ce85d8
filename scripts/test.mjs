// Everything that has to hold, in the order of what it costs: `npm test`, or `npm test -- unit integration` for some of it.
// The last line is `N passed, N failed`: tests of a Jest project one by one, every other stage as one check.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = join(tmpdir(), `darkroom-test-run-${process.pid}`);

const command = (...parameters) => ({ kind: 'command', parameters });
const jest = (...flags) => ({ kind: 'jest', flags });

const STAGES = {
  build: command('scripts/build.mjs'),
  lint: command('scripts/check.mjs', 'lint'),
  types: command('scripts/check.mjs', 'types'),
  unit: jest('--maxWorkers=2'),
  determinism: command('scripts/determinism.mjs'),
  architecture: jest(),
  integration: jest('--maxWorkers=2'),
  e2e: jest('--maxWorkers=2'),
  web: jest('--runInBand', '--testTimeout=120000'),
  observability: jest('--runInBand', '--testTimeout=240000'),
  process: jest('--maxWorkers=2', '--testTimeout=900000'),
  // One at a time: each of them takes the whole machine.
  drills: jest('--runInBand', '--testTimeout=900000'),
  openapi: command('scripts/check-openapi.mjs'),
};

/** Twice what the slowest stage takes on two slow cores: whatever still runs then will never end. */
const STAGE_LIMIT_MS = 40 * 60_000;

let running = null;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    running?.kill(signal);
    rmSync(scratch, { recursive: true, force: true });
    exit(130);
  });
}

/** @returns the exit code; 1 where a signal ended the child, or the limit did. */
const execute = (parameters) =>
  new Promise((resolve) => {
    // Never a terminal for input: a stage that asks a question would wait for ever in a pipeline.
    const child = spawn(execPath, parameters, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const limit = setTimeout(() => {
      console.log(`It did not end within ${STAGE_LIMIT_MS / 60_000} minutes and is stopped.`);
      child.kill('SIGKILL');
    }, STAGE_LIMIT_MS);
    const settle = (code) => {
      clearTimeout(limit);
      resolve(code);
    };
    child.on('error', () => settle(1));
    // Not 'close': what a stage left running may hold its output open.
    child.on('exit', (code) => settle(code ?? 1));
    running = child;
  });

/** Counts of a Jest run. A suite that could not even be loaded is one failure, and so is an exit code that no test explains. */
const countsOf = (reportFile, exitCode) => {
  let report;
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, findings: [] };
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    findings: findingsOf(report),
  };
};

/** What failed and why, short enough to be read at the end of a log of which nothing else was kept. */
const findingsOf = (report) =>
  report.testResults.flatMap(({ name, message, assertionResults }) => {
    const told = assertionResults.filter(({ status }) => status === 'failed');
    const place = relative(root, name);
    if (told.length === 0) return report.success || message === '' ? [] : [`${place}\n${excerptOf(message)}`];
    return told.map(
      ({ fullName, failureMessages }) => `${place} › ${fullName}\n${excerptOf(failureMessages.join('\n'))}`,
    );
  });

const excerptOf = (message) =>
  stripVTControlCharacters(message)
    .split('\n')
    .slice(0, 30)
    .map((line) => `    ${line}`)
    .join('\n');

const runStage = async (name) => {
  const stage = STAGES[name];
  if (stage.kind === 'command') {
    const ok = (await execute(stage.parameters)) === 0;
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, findings: [] };
  }
  const report = join(scratch, `${name}.json`);
  const exitCode = await execute([
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    name,
    ...stage.flags,
    '--json',
    `--outputFile=${report}`,
  ]);
  return countsOf(report, exitCode);
};

const runAll = async (names) => {
  const rows = [];
  for (const name of names) {
    console.log(`\n=== ${name}`);
    const started = performance.now();
    const counts = await runStage(name);
    const row = { stage: name, ...counts, seconds: ((performance.now() - started) / 1000).toFixed(1) };
    console.log(`=== ${name}: ${row.passed} passed, ${row.failed} failed in ${row.seconds} s`);
    rows.push(row);
    // What is not built cannot be judged.
    if (name === 'build' && counts.failed > 0) break;
  }
  return rows;
};

const table = (rows) => {
  const columns = ['stage', 'passed', 'failed', 'skipped', 'seconds'];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  return cells
    .map((line) =>
      line.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index]))).join('  '),
    )
    .join('\n');
};

const names = argv.length > 2 ? argv.slice(2) : Object.keys(STAGES);
const unknown = names.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`Unknown stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}.`);
  exit(2);
}
mkdirSync(scratch, { recursive: true });
const rows = await runAll(Object.keys(STAGES).filter((name) => names.includes(name)));
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
const notRun = names.filter((name) => !rows.some((row) => row.stage === name));
rmSync(scratch, { recursive: true, force: true });
const findings = rows.flatMap((row) => row.findings);
if (findings.length > 0) console.log(`\n=== what failed\n${findings.join('\n')}`);
console.log(`\n${table(rows)}`);
if (notRun.length > 0) console.log(`Not run, because the build failed: ${notRun.join(', ')}`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
exit(sum('failed') === 0 ? 0 : 1);
