// The Dockerfile: what a linter of its language finds, and what this image promises.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';

const FILE = 'deploy/Dockerfile';
const PINNED = /^[a-z0-9./-]+:[0-9]+[.][0-9]+[.][0-9]+[a-z0-9.-]*$/;

const linted = (text) => validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);

/** Of instructions in a stage, the last one of each kind is what counts. */
const lastOf = (instructions, keyword) => instructions.findLast((each) => each.getKeyword() === keyword);

const promised = (instructions) => {
  const argument = (keyword) => lastOf(instructions, keyword)?.getArgumentsContent() ?? '';
  const problems = [];
  if (!/^[1-9][0-9]{3,}(?::[0-9]+)?$/.test(argument('USER')))
    problems.push('USER: the last one is no number of an account without rights, which Kubernetes could judge');
  if (!argument('ENTRYPOINT').startsWith('["node"')) problems.push('ENTRYPOINT: Node is to be the first process');
  if (!argument('HEALTHCHECK').includes('/health/live')) problems.push('HEALTHCHECK: does not ask /health/live');
  // The engine gives a probe up after its time, and some leave its process behind.
  if (!argument('HEALTHCHECK').includes('.timeout(')) problems.push('HEALTHCHECK: does not end by itself');
  return problems;
};

/** Sources of this repository; those of other stages are made there. */
const copied = (root, instructions) =>
  instructions
    .filter((each) => each.getKeyword() === 'COPY' && !each.getFlags().some((flag) => flag.getName() === 'from'))
    .flatMap((each) => each.getArgumentsContent().split(/\s+/).slice(0, -1))
    .filter((source) => !existsSync(join(root, source)))
    .map((source) => `COPY: there is no ${source}`);

const basesPinned = (text) =>
  [...text.matchAll(/^ARG [A-Z_]*IMAGE=(\S+)$/gm)]
    .filter(([, image]) => !PINNED.test(image))
    .map(([, image]) => `ARG: ${image} does not name one version`);

/** @param root folder of the repository */
export const dockerfileProblems = (root) => {
  const text = readFileSync(join(root, FILE), 'utf8');
  const instructions = DockerfileParser.parse(text).getInstructions();
  const problems = [...linted(text), ...promised(instructions), ...copied(root, instructions), ...basesPinned(text)];
  return problems.map((problem) => `${FILE}: ${problem}`);
};
