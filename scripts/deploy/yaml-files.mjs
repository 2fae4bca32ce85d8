// YAML as those who read it take it: keys once, merges carried out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

const FOLDERS = ['deploy', 'grafana', 'prometheus'];

/** @returns the documents of a text, and what is wrong with it */
export const parseYaml = (text) => {
  const documents = parseAllDocuments(text, { merge: true, uniqueKeys: true, version: '1.2' });
  const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]).map(({ message }) => message);
  return { values: problems.length > 0 ? [] : documents.map((each) => each.toJS()).filter(Boolean), problems };
};

export const readYaml = (path) => parseYaml(readFileSync(path, 'utf8'));

/** Every YAML file of what runs the program. */
export const yamlProblems = (root) =>
  FOLDERS.filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)))
    // grafana/preview has packages of its own.
    .filter((path) => /[.]ya?ml$/.test(path) && !path.includes('node_modules'))
    .flatMap((path) => readYaml(path).problems.map((problem) => `${relative(root, path)}: ${problem}`));
