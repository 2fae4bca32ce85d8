// What the monitoring of a cluster is given has to be what grafana/ and prometheus/ hold, and has to find the pods.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { isDarkroom, hasPort, nameOf, ofKind, podsOf, selects } from './manifests.mjs';
import { ruleGroups } from './generated.mjs';

const ruleProblems = (root, objects) =>
  ofKind(objects, 'PrometheusRule')
    .filter(({ spec }) => !isDeepStrictEqual(spec.groups, ruleGroups(root)))
    .map((rule) => `${nameOf(rule)} differs from prometheus/rules`);

const monitorProblems = (objects) =>
  ofKind(objects, 'PodMonitor').flatMap(({ spec, ...monitor }) => {
    const running = podsOf(objects).filter(
      ({ owner, spec: pod }) => owner.kind === 'Deployment' && pod.containers.some(isDarkroom),
    );
    return [
      ...running
        .filter(({ labels }) => !selects(spec.selector, labels))
        .map(({ owner }) => `${nameOf(monitor)} does not find ${nameOf(owner)}`),
      ...spec.podMetricsEndpoints
        .filter(({ port }) => !running.every(({ spec: pod }) => hasPort(pod, port)))
        .map(({ port }) => `${nameOf(monitor)} asks the port ${port}, which the pods do not have`),
    ];
  });

const scalerProblems = (objects) =>
  ofKind(objects, 'ScaledObject').flatMap((scaler) => {
    const target = ofKind(objects, 'Deployment').find(
      ({ metadata }) => metadata.name === scaler.spec.scaleTargetRef.name,
    );
    const slots = target?.spec.template.spec.containers
      .find(isDarkroom)
      ?.env.find(({ name }) => name === 'WORKER_CONCURRENCY')?.value;
    return scaler.spec.triggers.flatMap(({ metadata }) => [
      ...(metadata.threshold === slots
        ? []
        : [`${nameOf(scaler)} counts ${metadata.threshold} slots a worker, which has ${slots}`]),
      ...(metadata.query.includes(`namespace="${scaler.metadata.namespace}"`)
        ? []
        : [`${nameOf(scaler)} asks for another namespace than its own`]),
    ]);
  });

/** Kept out of an overlay without the component; with it, none may be missing. */
const dashboardProblems = (root, objects) => {
  const folder = join(root, 'grafana/dashboards');
  const maps = ofKind(objects, 'ConfigMap').filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1');
  if (!existsSync(folder) || !ofKind(objects, 'PodMonitor').length) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .filter((name) => !maps.some(({ data }) => data[name] === readFileSync(join(folder, name), 'utf8')))
    .map((name) => `no ConfigMap has the dashboard ${name}`);
};

/**
 * @param root folder of the repository
 * @param objects of one overlay
 */
export const monitoringProblems = (root, objects) => [
  ...ruleProblems(root, objects),
  ...monitorProblems(objects),
  ...scalerProblems(objects),
  ...dashboardProblems(root, objects),
];
