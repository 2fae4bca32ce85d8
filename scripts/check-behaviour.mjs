// A documented promise is only as good as its test: each row of docs/behaviour.md has to name tests that exist and run.
// A test is written as [file](../path) "title"; several of them are separated by <br>.
//   node scripts/check-behaviour.mjs [document.md]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const document = resolve(argv[2] ?? join(root, 'docs/behaviour.md'));

const NAMED = /\]\((?<path>[^)]+)\) "(?<title>(?:[^"\\]|\\.)+)"/g;
const TEST_FILE = /(?:[.]spec|[.](?:int|e2e|web|obs|proc|drill|arch)-spec|[.]contract)[.]ts$/;

/** The first cell is the claim, the last one the tests. */
const rowsOf = (text) =>
  text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
    .map(({ line, number }) => ({
      number,
      cells: line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    }))
    .filter(({ cells }) => cells.at(-1) !== 'test');

/** `it.each(table)` → ["it", "each"] */
const namesOf = (callee) => {
  if (ts.isIdentifier(callee)) return [callee.text];
  if (ts.isPropertyAccessExpression(callee)) return [...namesOf(callee.expression), callee.name.text];
  if (ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee))
    return namesOf(callee.expression ?? callee.tag);
  return [];
};

const textOf = (node) => {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : null;
};

/** Every title of a file, with whether it or a block around it is switched off. */
const titlesOf = (path) => {
  const titles = new Map();
  const visit = (node, off) => {
    let offHere = off;
    if (ts.isCallExpression(node)) {
      const [kind, ...modifiers] = namesOf(node.expression);
      const title = textOf(node.arguments[0]);
      if (/^[xf]?(?:it|test|describe)$/.test(kind ?? '') && title !== null) {
        offHere ||= kind.startsWith('x') || modifiers.some((each) => ['skip', 'todo', 'failing'].includes(each));
        titles.set(title, offHere && (titles.get(title) ?? true));
      }
    }
    ts.forEachChild(node, (child) => visit(child, offHere));
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true), false);
  return titles;
};

const testFiles = () =>
  ['src', 'test']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)))
    .filter((path) => TEST_FILE.test(path));

/** A contract proves something only where a suite calls it, or another contract that one calls. */
const isCalled = (contract) => {
  const name = contract
    .split('/')
    .at(-1)
    .replace(/[.]ts$/, '.js');
  return testFiles()
    .filter((path) => path !== contract && readFileSync(path, 'utf8').includes(`/${name}'`))
    .some((path) => !path.endsWith('.contract.ts') || isCalled(path));
};

const known = new Map();
const problemOf = ({ path, title }) => {
  const file = resolve(dirname(document), path);
  const shown = relative(root, file);
  if (!existsSync(file)) return `there is no ${shown}`;
  if (!TEST_FILE.test(file)) return `${shown} is not run as a test`;
  if (!known.has(file)) known.set(file, titlesOf(file));
  const titles = known.get(file);
  if (!titles.has(title)) return `${shown} has no test "${title}"`;
  if (titles.get(title)) return `"${title}" in ${shown} is switched off`;
  return file.endsWith('.contract.ts') && !isCalled(file) ? `no suite calls ${shown}` : null;
};

const rows = rowsOf(readFileSync(document, 'utf8'));
const problems = rows.flatMap(({ number, cells }) => {
  const tests = [...(cells.at(-1) ?? '').matchAll(NAMED)].map(({ groups }) => ({
    path: groups.path,
    title: groups.title.replaceAll('\\|', '|').replaceAll('\\"', '"'),
  }));
  const found = tests.length === 0 ? ['names no test'] : tests.map(problemOf).filter((each) => each !== null);
  return found.map((problem) => `line ${number} ("${cells[0]}"): ${problem}`);
});
if (rows.length === 0) problems.push('no row was found');
for (const problem of problems) console.log(`${relative(root, document)}, ${problem}`);
exit(problems.length === 0 ? 0 : 1);
