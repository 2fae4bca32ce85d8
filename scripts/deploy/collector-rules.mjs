// deploy/compose/otel-collector.yaml: the collector refuses a name that leads nowhere when it starts, and does without a word what nobody named.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readYaml } from './yaml-files.mjs';

const PATH = 'deploy/compose/otel-collector.yaml';
const KINDS = ['receivers', 'processors', 'exporters'];

const namesOf = (components) => Object.keys(components ?? {});

/** Whoever is named has to be defined, and whoever is defined has to be named. */
const pairProblems = (kind, defined, named, where) => [
  ...named
    .filter((name) => !defined.includes(name))
    .map((name) => `${where} names ${name}, and no such ${kind} are defined`),
  ...defined
    .filter((name) => !named.includes(name))
    .map((name) => `${name} is one of ${kind}, and ${where} does not name it`),
];

const pipelineProblems = (config) => {
  const pipelines = Object.entries(config.service.pipelines);
  return [
    ...KINDS.flatMap((kind) => {
      const named = pipelines.flatMap(([, pipeline]) => pipeline[kind] ?? []);
      return pairProblems(kind, namesOf(config[kind]), [...new Set(named)], 'service.pipelines');
    }),
    ...pipelines.flatMap(([name, { receivers = [], exporters = [] }]) =>
      receivers.length > 0 && exporters.length > 0 ? [] : [`the pipeline ${name} has no beginning or no end`],
    ),
  ];
};

/** The extensions that components keep something in. */
const storagesOf = ({ receivers, exporters }) => [
  ...Object.values(receivers ?? {}).map((receiver) => receiver?.storage),
  ...Object.values(exporters ?? {}).map((exporter) => exporter?.sending_queue?.storage),
];

const extensionProblems = (config) => {
  const defined = namesOf(config.extensions);
  const stores = storagesOf(config).filter((name) => name !== undefined);
  return [
    ...pairProblems('extensions', defined, config.service.extensions ?? [], 'service.extensions'),
    ...stores
      .filter((name) => !defined.includes(name))
      .map((name) => `something is kept in ${name}, which is not defined`),
  ];
};

/** A queue that outlives restarts is of no use where what is in it is thrown away after five minutes, as it is by default. */
const queueProblems = ({ exporters }) =>
  Object.entries(exporters ?? {})
    .filter(([, exporter]) => exporter?.sending_queue?.storage !== undefined)
    .filter(([, { retry_on_failure: retry }]) => retry?.max_elapsed_time !== 0)
    .map(([name]) => `${name} keeps a queue, and gives up what is in it (retry_on_failure.max_elapsed_time)`);

/** What a service has mounted: the folder or file in it, and whether it may write there. */
const mountsOf = ({ volumes = [] }) =>
  volumes.map((each) => {
    const [, target, mode] = each.split(':');
    return { target, isWritable: mode !== 'ro' };
  });

const isBelow = (path, { target }) => path === target || path.startsWith(`${target}/`);

/** The root of the container is read-only, and nothing but what is mounted is there. */
const folderProblems = (config, service) => {
  const mounts = mountsOf(service);
  const kept = Object.values(config.extensions ?? {}).flatMap((extension) => extension?.directory ?? []);
  const read = Object.values(config.receivers ?? {}).flatMap((receiver) => receiver?.include ?? []);
  const own = service.command.flatMap((word) => /^--config=(.+)$/.exec(word)?.[1] ?? []);
  return [
    ...kept
      .filter((folder) => !mounts.some((mount) => mount.isWritable && isBelow(folder, mount)))
      .map((folder) => `nothing that can be written is mounted at ${folder}`),
    ...[...read, ...own]
      .filter((path) => !mounts.some((mount) => isBelow(path, mount)))
      .map((path) => `nothing is mounted at ${path}`),
  ];
};

/**
 * @param root folder of the repository
 * @param compose the parsed compose.yaml
 */
export const collectorProblems = (root, { services }) => {
  if (!existsSync(join(root, PATH))) return [];
  const [config] = readYaml(join(root, PATH)).values;
  if (config === undefined) return [];
  const service = services['otel-collector'];
  return [
    ...pipelineProblems(config),
    ...extensionProblems(config),
    ...queueProblems(config),
    ...(service === undefined ? [] : folderProblems(config, service)),
  ].map((problem) => `${PATH}: ${problem}`);
};
