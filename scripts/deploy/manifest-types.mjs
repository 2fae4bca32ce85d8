// Objects against the schemas of their kinds. Those say what is missing or of a wrong type; a key that does not exist only the compiler notices.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { literalProblems } from '../literal-types.mjs';
import { nameOf } from './manifests.mjs';

/** The package that knows a group, by the end of the group's name. */
const PACKAGES = {
  'keda.sh': '@kubernetes-models/keda/',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/',
};

const moduleOf = ({ apiVersion }) => {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return `${PACKAGES[group] ?? 'kubernetes-models/'}${apiVersion}`;
};

const schemaProblem = (object, require) => {
  try {
    const { [object.kind]: Model } = require(moduleOf(object));
    if (Model === undefined) return [`${nameOf(object)} is of a kind that ${object.apiVersion} does not have`];
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${nameOf(object)} ${error.message}`];
  }
};

/** A constant for each object: only a literal is asked for keys that its type does not have. */
const sourceOf = (objects) =>
  objects
    .map(
      (object, index) =>
        `import type { I${object.kind} as Type${index} } from '${moduleOf(object)}';\nexport const object${index}: Type${index} = ${JSON.stringify(object)};`,
    )
    .join('\n');

/** Which object a place of the source is in. */
const objectAt = (objects, source, position) => {
  const before = source.slice(0, position).match(/^export const object\d+/gm) ?? [];
  return objects[before.length - 1] ?? objects[0];
};

const typeProblems = (root, objects) => {
  const source = sourceOf(objects);
  return literalProblems(root, source).map(({ start, says }) => `${nameOf(objectAt(objects, source, start))} ${says}`);
};

/**
 * @param root folder of the repository, from which the packages are found
 * @param objects of one overlay or of several
 */
export const manifestTypeProblems = (root, objects) => {
  const require = createRequire(join(root, 'package.json'));
  const bySchema = objects.flatMap((object) => schemaProblem(object, require));
  return [...new Set([...bySchema, ...typeProblems(root, objects)])];
};
