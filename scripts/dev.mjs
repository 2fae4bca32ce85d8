// `npm run dev`: compiles what changes and starts the program again. Node restarts it, because the watcher of the Nest CLI signals
// every descendant, the embedded PostgreSQL and its backends included.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = 'src/main.ts';

if (!existsSync(new URL(`../${entry}`, import.meta.url))) {
  console.error(`There is no ${entry} to start.`);
  exit(1);
}

const children = new Set();
let stopping = false;

const start = (parameters, stdio) => {
  const child = spawn(execPath, parameters, { cwd: root, stdio });
  children.add(child);
  child.on('close', (code) => {
    children.delete(child);
    // Neither half is of use without the other.
    if (!stopping) stop(code ?? 1);
    if (children.size === 0) exit();
  });
  return child;
};

const stop = (code) => {
  stopping = true;
  process.exitCode = code;
  for (const child of children) child.kill('SIGTERM');
};

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

const compiler = start(['node_modules/@nestjs/cli/bin/nest.js', 'build', '--watch'], ['ignore', 'pipe', 'pipe']);
let started = false;
const relay = (target) => (chunk) => {
  target.write(chunk);
  if (started || stopping || !String(chunk).includes('Successfully compiled')) return;
  started = true;
  start(['--watch', '--watch-preserve-output', '--enable-source-maps', 'dist/main.js'], 'inherit');
};
compiler.stdout.on('data', relay(process.stdout));
compiler.stderr.on('data', relay(process.stderr));
