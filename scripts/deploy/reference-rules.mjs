// Objects of an overlay name each other by labels, names and ports, and nothing but this notices when they miss.
import { hasPort, isDarkroom, longLived, nameOf, ofKind, podsOf, selects } from './manifests.mjs';

const owned = (objects, selector) => podsOf(objects).filter(({ labels }) => selects(selector, labels));

const selectorProblems = (objects) =>
  longLived(objects)
    .filter(({ spec }) => !selects(spec.selector, spec.template.metadata.labels))
    .map((owner) => `${nameOf(owner)} does not select its own pods`);

const serviceProblems = (objects) =>
  ofKind(objects, 'Service').flatMap((service) => {
    const pods = owned(objects, { matchLabels: service.spec.selector });
    if (pods.length === 0) return [`${nameOf(service)} leads to no pod`];
    return service.spec.ports
      .filter(({ port, targetPort = port }) => !pods.every(({ spec }) => hasPort(spec, targetPort)))
      .map(
        ({ port, targetPort = port }) =>
          `${nameOf(service)} leads to the port ${targetPort}, which its pods do not have`,
      );
  });

const ingressProblems = (objects) =>
  ofKind(objects, 'Ingress').flatMap((ingress) =>
    ingress.spec.rules
      .flatMap(({ http }) => http.paths)
      .filter(
        ({ backend: { service } }) =>
          !ofKind(objects, 'Service').some(
            ({ metadata, spec }) =>
              metadata.name === service.name &&
              spec.ports.some(({ name, port }) => name === service.port.name || port === service.port.number),
          ),
      )
      .map(
        ({ backend: { service } }) => `${nameOf(ingress)} leads to ${service.name}, which is not there with that port`,
      ),
  );

const budgetProblems = (objects) => {
  const budgets = ofKind(objects, 'PodDisruptionBudget');
  const covering = (labels) => budgets.filter(({ spec }) => selects(spec.selector, labels));
  return [
    ...budgets
      .filter(({ spec }) => owned(objects, spec.selector).length === 0)
      .map((budget) => `${nameOf(budget)} protects no pod`),
    ...podsOf(objects)
      .filter(({ owner, spec }) => owner.kind === 'Deployment' && spec.containers.some(isDarkroom))
      .filter(({ labels }) => covering(labels).length !== 1)
      .map(
        ({ owner, labels }) => `${nameOf(owner)} has ${covering(labels).length} PodDisruptionBudgets in place of one`,
      ),
  ];
};

const policyPorts = ({ ingress = [] }) => ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => port));

const deniesAll = ({ ingress, egress, policyTypes }) =>
  ingress === undefined && egress === undefined && policyTypes.length === 2;

/** Where there are policies, everybody is under them. */
const policyProblems = (objects) => {
  const policies = ofKind(objects, 'NetworkPolicy');
  if (policies.length === 0) return [];
  return [
    ...policies.flatMap((policy) => {
      const pods = owned(objects, policy.spec.podSelector);
      if (pods.length === 0) return [`${nameOf(policy)} is about no pod`];
      return policyPorts(policy.spec)
        .filter((port) => !pods.every(({ spec }) => hasPort(spec, port)))
        .map((port) => `${nameOf(policy)} opens the port ${port}, which its pods do not have`);
    }),
    ...podsOf(objects)
      .filter(({ labels }) => !policies.some(({ spec }) => deniesAll(spec) && selects(spec.podSelector, labels)))
      .map(({ owner }) => `${nameOf(owner)} is under no NetworkPolicy that denies what is not allowed`),
  ];
};

/** Two that scale one Deployment fight, and a number in the Deployment is a third opinion at each change of it. */
const scalingProblems = (objects) => {
  const scalers = ofKind(objects, 'HorizontalPodAutoscaler', 'ScaledObject');
  const targetOf = ({ spec }) => spec.scaleTargetRef.name;
  const deployments = ofKind(objects, 'Deployment');
  return [
    ...scalers
      .filter((scaler) => !deployments.some(({ metadata }) => metadata.name === targetOf(scaler)))
      .map((scaler) => `${nameOf(scaler)} scales ${targetOf(scaler)}, which is not there`),
    ...deployments.flatMap((deployment) => {
      const own = scalers.filter((scaler) => targetOf(scaler) === deployment.metadata.name);
      return [
        ...(own.length > 1 ? [`${nameOf(deployment)} is scaled by ${own.map(nameOf).join(' and ')}`] : []),
        ...(own.length > 0 && deployment.spec.replicas !== undefined
          ? [`${nameOf(deployment)} has a number of its own beside ${nameOf(own[0])}`]
          : []),
      ];
    }),
  ];
};

/** Secrets are made elsewhere; everything else that a pod names is of the overlay. */
const namedByPods = ({ spec: { volumes = [], serviceAccountName, ...spec } }) => [
  ...volumes.map(({ configMap }) => ['ConfigMap', configMap?.name]),
  ...volumes.map(({ persistentVolumeClaim }) => ['PersistentVolumeClaim', persistentVolumeClaim?.claimName]),
  ...spec.containers.flatMap(({ envFrom = [] }) =>
    envFrom.map(({ configMapRef }) => ['ConfigMap', configMapRef?.name]),
  ),
  ['ServiceAccount', serviceAccountName],
];

const namedProblems = (objects) =>
  podsOf(objects).flatMap((pod) =>
    namedByPods(pod)
      .filter(
        ([kind, name]) => name !== undefined && !ofKind(objects, kind).some(({ metadata }) => metadata.name === name),
      )
      .map(([kind, name]) => `${nameOf(pod.owner)} names ${kind}/${name}, which is not there`),
  );

const NOT_IN_A_NAMESPACE = ['Namespace'];

const namespaceProblems = (objects) => {
  const [namespace, ...others] = ofKind(objects, 'Namespace');
  if (namespace === undefined || others.length > 0) return ['does not have one Namespace'];
  const { name, labels = {} } = namespace.metadata;
  return [
    ...(labels['pod-security.kubernetes.io/enforce'] === 'restricted'
      ? []
      : [`${nameOf(namespace)} lets pods have rights`]),
    ...objects
      .filter(({ kind, metadata }) => !NOT_IN_A_NAMESPACE.includes(kind) && metadata.namespace !== name)
      .map((object) => `${nameOf(object)} is not in the namespace ${name}`),
  ];
};

/** @param objects of one overlay */
export const referenceProblems = (objects) => [
  ...selectorProblems(objects),
  ...serviceProblems(objects),
  ...ingressProblems(objects),
  ...budgetProblems(objects),
  ...policyProblems(objects),
  ...scalingProblems(objects),
  ...namedProblems(objects),
  ...namespaceProblems(objects),
];
