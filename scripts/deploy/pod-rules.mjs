// What every pod has to have: probes that lead somewhere, no rights, bounds, and settings that exist.
import { environmentProblems, SECRET_KEYS } from './environment-rules.mjs';
import { containersOf, isDarkroom, longLived, nameOf, ofKind, podsOf } from './manifests.mjs';

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];
/** The program's own time beside the two that can be set (src/main.ts). */
const SLACK_SECONDS = 20;
/** 128Mi in MiB, 2Gi in MiB. */
const mebibytes = (quantity = '0Mi') => Number.parseInt(quantity, 10) * (quantity.endsWith('Gi') ? 1024 : 1);

const probeProblems = ({ ports = [], ...container }) => {
  const needed = isDarkroom(container) ? PROBES : PROBES.slice(1);
  const missing = needed.filter((name) => container[name] === undefined).map((name) => `has no ${name}`);
  const lost = PROBES.flatMap((name) => {
    const { port } = container[name]?.httpGet ?? container[name]?.tcpSocket ?? {};
    const known = port === undefined || ports.some((each) => each.name === port || each.containerPort === port);
    return known ? [] : [`${name} asks the port ${port}, which it does not have`];
  });
  return [...missing, ...lost];
};

const containerRights = ({ securityContext = {} }) => [
  ...(securityContext.allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
  ...(securityContext.readOnlyRootFilesystem === true ? [] : ['may write to its root']),
  ...(securityContext.capabilities?.drop?.includes('ALL') === true ? [] : ['keeps capabilities']),
];

const accountRights = ({ runAsNonRoot, runAsUser, seccompProfile } = {}) => [
  ...(runAsNonRoot === true && runAsUser > 0 ? [] : ['may run as root']),
  ...(seccompProfile?.type === 'RuntimeDefault' ? [] : ['may make any system call']),
];

const podRights = ({ securityContext, automountServiceAccountToken, enableServiceLinks }) => [
  ...accountRights(securityContext),
  ...(automountServiceAccountToken === false ? [] : ['has a token for the cluster']),
  ...(enableServiceLinks === false ? [] : ['has a variable for each Service']),
];

/** MiB; 0 where nothing is said. */
const heapOf = ({ env = [] }) => {
  const options = env.find(({ name }) => name === 'NODE_OPTIONS')?.value ?? '';
  return Number(/--max-old-space-size=([0-9]+)/.exec(options)?.[1] ?? 0);
};

const boundProblems = ({ resources, ...container }) => {
  const { requests, limits } = { requests: {}, limits: {}, ...resources };
  const heap = heapOf(container);
  return [
    ...(requests.cpu !== undefined && requests.memory !== undefined ? [] : ['does not say what it needs']),
    ...(limits.memory === undefined ? ['has no limit of memory'] : []),
    ...(limits.cpu === undefined ? [] : ['is throttled by a limit of CPU']),
    ...(heap > mebibytes(limits.memory) * 0.75 ? [`has a heap of ${heap} MiB in ${limits.memory}`] : []),
  ];
};

const mountProblems = ({ volumes = [], ...spec }, claims = []) => {
  const known = new Set([...volumes, ...claims].map(({ name }) => name));
  return containersOf(spec).flatMap(({ name, volumeMounts = [] }) =>
    volumeMounts
      .filter((each) => !known.has(each.name))
      .map((each) => `${name} mounts ${each.name}, which is not there`),
  );
};

/** What a container is told, ConfigMaps included; Secrets are made elsewhere. */
const variablesOf = (objects, { env = [], envFrom = [] }) => {
  const maps = envFrom.flatMap(({ configMapRef }) => (configMapRef === undefined ? [] : [configMapRef.name]));
  const data = ofKind(objects, 'ConfigMap').filter(({ metadata }) => maps.includes(metadata.name));
  return Object.fromEntries([
    ...data.flatMap((map) => Object.entries(map.data)),
    ...env.map(({ name, value }) => [name, value ?? null]),
  ]);
};

/** Only there to be put into another one. */
const isPart = (name, variables) => Object.values(variables).some((value) => String(value).includes(`$(${name})`));

const settingProblems = (objects, keys, container) => {
  const variables = variablesOf(objects, container);
  const told = Object.entries(variables).filter(([name]) => !isPart(name, variables));
  return [
    ...environmentProblems(keys, Object.fromEntries(told)),
    ...SECRET_KEYS.filter((name) => name in variables).map((name) => `${name} belongs into a Secret`),
  ];
};

const timeProblems = (objects, keys, { terminationGracePeriodSeconds = 30, ...spec }) => {
  const program = spec.containers.find(isDarkroom);
  if (program === undefined) return [];
  const variables = variablesOf(objects, program);
  const setting = (name) => Number(variables[name] ?? keys[name].fallback);
  const needed =
    (program.lifecycle?.preStop?.sleep?.seconds ?? 0) +
    setting('SHUTDOWN_DRAIN_SECONDS') +
    setting('SHUTDOWN_GRACE_SECONDS') +
    SLACK_SECONDS;
  return terminationGracePeriodSeconds < needed
    ? [`is killed after ${terminationGracePeriodSeconds} s, and may take ${needed} s to stop`]
    : [];
};

const imageProblems = ({ image }, byDigest) => {
  if (byDigest) return /@sha256:[0-9a-f]{64}$/.test(image) ? [] : [`has the image ${image}, which is not by digest`];
  return /:v?[0-9]+[.][0-9]+[0-9a-z.-]*$/.test(image) ? [] : [`has the image ${image}, which is no one version`];
};

const inContainer = (problems, { name }) => problems.map((problem) => `container ${name} ${problem}`);

/**
 * @param objects of one overlay
 * @param keys those of the configuration
 * @param byDigest whether images have to be
 */
export const podProblems = (objects, keys, { byDigest }) => {
  const lasting = new Set(longLived(objects));
  return podsOf(objects).flatMap(({ owner, spec }) =>
    [
      ...podRights(spec),
      ...mountProblems(
        spec,
        owner.spec.volumeClaimTemplates?.map(({ metadata }) => metadata),
      ),
      ...(lasting.has(owner) ? timeProblems(objects, keys, spec) : []),
      ...containersOf(spec).flatMap((container) =>
        inContainer(
          [
            ...(lasting.has(owner) ? probeProblems(container) : []),
            ...containerRights(container),
            ...boundProblems(container),
            ...imageProblems(container, byDigest),
            ...(isDarkroom(container) ? settingProblems(objects, keys, container) : []),
          ],
          container,
        ),
      ),
    ].map((problem) => `${nameOf(owner)} ${problem}`),
  );
};
