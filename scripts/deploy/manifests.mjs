// What Kustomize makes of an overlay, and how its objects point at each other.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from './yaml-files.mjs';

const OVERLAYS = 'deploy/kubernetes/overlays';

export const overlaysOf = (root) => readdirSync(join(root, OVERLAYS)).map((name) => join(OVERLAYS, name));

/** Kustomize is a part of kubectl, and has no other program that npm could install. */
export const hasKubectl = () => spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;

/** @returns the objects of an overlay, and what is wrong where there are none */
export const rendered = (root, overlay) => {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(root, overlay)], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) return { objects: [], problems: [`cannot be rendered: ${stderr.trim()}`] };
  const { values, problems } = parseYaml(stdout);
  return { objects: values, problems };
};

export const nameOf = ({ kind, metadata }) => `${kind}/${metadata.name}`;
export const ofKind = (objects, ...kinds) => objects.filter(({ kind }) => kinds.includes(kind));

const LONG_LIVED = ['Deployment', 'StatefulSet'];

export const longLived = (objects) => ofKind(objects, ...LONG_LIVED);

/** Whatever starts pods, with the pods' labels and specification. */
export const podsOf = (objects) =>
  ofKind(objects, ...LONG_LIVED, 'Job').map((owner) => ({
    owner,
    labels: owner.spec.template.metadata?.labels ?? {},
    spec: owner.spec.template.spec,
  }));

export const containersOf = ({ initContainers = [], containers }) => [...initContainers, ...containers];

/** The program itself, in whatever pod. */
export const isDarkroom = ({ name }) => name === 'darkroom';

const OPERATORS = {
  In: (value, values) => values.includes(value),
  NotIn: (value, values) => !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

/** Whether a label selector takes labels; an empty one takes all. */
export const selects = ({ matchLabels = {}, matchExpressions = [] } = {}, labels = {}) =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values }) => OPERATORS[operator](labels[key], values));

/** Whether a pod has a port of the name or number. */
export const hasPort = (spec, port) =>
  containersOf(spec).some(({ ports = [] }) =>
    ports.some(({ name, containerPort }) => name === port || containerPort === port),
  );
