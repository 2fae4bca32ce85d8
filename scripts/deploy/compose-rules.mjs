// deploy/compose: the keys by a schema of those that it uses, and what no schema sees: names, files, settings, addresses.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import Ajv from 'ajv';
import { collectorProblems } from './collector-rules.mjs';
import { environmentProblems } from './environment-rules.mjs';
import { readYaml } from './yaml-files.mjs';

const FOLDER = 'deploy/compose';
const SCHEMA = JSON.parse(readFileSync(new URL('./compose.schema.json', import.meta.url), 'utf8'));
const ROLES = ['api', 'worker', 'projector'];
const PINNED = /:v?[0-9]+[.][0-9]+[0-9a-z.-]*$/;
/** The program's own time beside the two that can be set (src/main.ts). */
const SLACK_SECONDS = 20;

const isDarkroom = ({ image }) => image.includes('DARKROOM_IMAGE');

const schemaProblems = (compose) => {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(SCHEMA);
  if (validate(compose)) return [];
  return validate.errors.map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message}${params.additionalProperty === undefined ? '' : `: ${params.additionalProperty}`}`,
  );
};

/** Of one service: what it names has to be there. */
const referenceProblems = (root, compose, service) => {
  const waited = Object.entries(service.depends_on ?? {});
  const mounts = (service.volumes ?? []).map((each) => each.split(':')[0]);
  const missing = [
    ...waited.filter(([name]) => !(name in compose.services)).map(([name]) => `waits for ${name}`),
    ...(service.networks ?? [])
      .filter((name) => !(name in compose.networks))
      .map((name) => `is in the network ${name}`),
    ...mounts
      .filter((source) => !source.startsWith('.') && !(source in compose.volumes))
      .map((name) => `has the volume ${name}`),
    ...mounts
      .filter((source) => source.startsWith('.') && !existsSync(join(root, FOLDER, source)))
      .map((source) => `has the file ${normalize(join(FOLDER, source))}`),
  ];
  return [
    ...missing.map((what) => `${what}, which is not there`),
    ...waited
      .filter(
        ([name, { condition }]) =>
          condition === 'service_healthy' && compose.services[name]?.healthcheck?.test === undefined,
      )
      .map(([name]) => `waits for the health of ${name}, which has no check`),
  ];
};

/** A volume that nobody mounts is one whose name was changed in one place. */
const volumeProblems = ({ services, volumes }) => {
  const mounted = Object.values(services).flatMap((service) =>
    (service.volumes ?? []).map((each) => each.split(':')[0]),
  );
  return Object.keys(volumes)
    .filter((name) => !mounted.includes(name))
    .map((name) => `nobody mounts the volume ${name}`);
};

const seconds = (duration) => Number(/^([0-9]+)s$/.exec(duration ?? '10s')?.[1]);

const processProblems = (keys, service) => {
  const { environment = {}, deploy } = service;
  const settings = (name) => Number(environment[name] ?? keys[name].fallback);
  const heap = Number(/--max-old-space-size=([0-9]+)/.exec(environment.NODE_OPTIONS ?? '')?.[1] ?? 0);
  const limit =
    Number.parseInt(deploy.resources.limits.memory, 10) * (deploy.resources.limits.memory.endsWith('G') ? 1024 : 1);
  const needed = settings('SHUTDOWN_DRAIN_SECONDS') + settings('SHUTDOWN_GRACE_SECONDS') + SLACK_SECONDS;
  return [
    ...environmentProblems(keys, environment),
    ...(environment.ROLE !== undefined && seconds(service.stop_grace_period) < needed
      ? [`is killed after ${service.stop_grace_period}, and may take ${needed} s to stop`]
      : []),
    ...(environment.ROLE !== undefined && heap > limit * 0.75
      ? [`has a heap of ${heap} MiB, more than three quarters of its ${limit} MiB`]
      : []),
  ];
};

const serviceProblems = (root, compose, keys) =>
  Object.entries(compose.services).flatMap(([name, service]) =>
    [
      ...referenceProblems(root, compose, service),
      ...(isDarkroom(service) ? processProblems(keys, service) : []),
      ...(isDarkroom(service) || PINNED.test(service.image)
        ? []
        : [`has the image ${service.image}, which is no one version`]),
    ].map((problem) => `${name} ${problem}`),
  );

const roleProblems = ({ services }) =>
  ROLES.filter((role) => !Object.values(services).some(({ environment }) => environment?.ROLE === role)).map(
    (role) => `nobody has the role ${role}`,
  );

/** Compose labels what it builds with the service: two that build one name make two images of it, and each `up` replaces containers for that. */
const buildProblems = ({ services }) => {
  const builders = Object.keys(services).filter((name) => services[name].build !== undefined);
  return [
    ...(builders.length === 1 ? [] : [`${builders.join(' and ')} build the image, which is for one to do`]),
    ...Object.entries(services)
      .filter(([name, service]) => isDarkroom(service) && !builders.includes(name))
      .filter(([, { depends_on: waited = {}, pull_policy: pulls }]) => pulls !== 'never' || !(builders[0] in waited))
      .map(([name]) => `${name} neither builds its image nor waits for who does (pull_policy: never, depends_on)`),
  ];
};

/** Passwords come from outside, and whatever comes from outside is named in the example. */
const variableProblems = (root, text) => {
  const example = readFileSync(join(root, FOLDER, '.env.example'), 'utf8');
  const used = [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name))];
  return [
    ...used
      .filter((name) => !new RegExp(`^#?${name}=`, 'm').test(example))
      .map((name) => `\${${name}} is not in .env.example`),
    ...[...text.matchAll(/PASSWORD\w*: (?!'?\$\{)(\S+)/g)].map(([found]) => `a password stands in the file: ${found}`),
    ...[...example.matchAll(/^#?(\w*PASSWORD)=(.+)$/gm)].map(([, name]) => `.env.example has a value for ${name}`),
  ];
};

/** Hosts that the configuration of one service names of another one. */
const addressProblems = (root, names) =>
  [FOLDER, 'prometheus', 'grafana/provisioning/datasources']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .filter((path) => /[.]ya?ml$/.test(path))
    .flatMap((path) => {
      const hosts = [...readFileSync(join(root, path), 'utf8').matchAll(/https?:\/\/([a-z][a-z0-9-]*):[0-9]+/g)].map(
        ([, host]) => host,
      );
      return [...new Set(hosts)]
        .filter((host) => !names.includes(host) && host !== 'localhost')
        .map((host) => `${path} asks ${host}, and no service has that name`);
    });

/** Grafana looks for dashboards where its provisioning says, and finds nothing elsewhere without a word. */
const dashboardProblems = (root, { services }) => {
  const path = join(root, 'grafana/provisioning/dashboards/dashboards.yaml');
  if (!existsSync(path)) return [];
  const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((each) => each.split(':')[1]));
  return readYaml(path)
    .values.flatMap(({ providers }) => providers.map(({ options }) => options.path))
    .filter((folder) => !mounted.includes(folder))
    .map((folder) => `Grafana looks for dashboards in ${folder}, where nothing is mounted`);
};

/**
 * @param root folder of the repository
 * @param keys those of the configuration
 */
export const composeProblems = (root, keys) => {
  const path = join(root, FOLDER, 'compose.yaml');
  const [compose] = readYaml(path).values;
  if (compose === undefined) return [];
  const wrongKeys = schemaProblems(compose);
  const problems =
    wrongKeys.length > 0
      ? wrongKeys
      : [
          ...serviceProblems(root, compose, keys),
          ...roleProblems(compose),
          ...buildProblems(compose),
          ...variableProblems(root, readFileSync(path, 'utf8')),
          ...addressProblems(root, Object.keys(compose.services)),
          ...volumeProblems(compose),
          ...dashboardProblems(root, compose),
          ...collectorProblems(root, compose),
        ];
  return problems.map((problem) => `${FOLDER}/compose.yaml: ${problem}`);
};
