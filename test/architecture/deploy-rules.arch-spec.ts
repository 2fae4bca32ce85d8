import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, inRepository, PlantedTree } from '../support/planted-tree.js';

interface Plant {
  /** What is wrong, in words. */
  readonly mistake: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** A part of what the check has to say. */
  readonly says: string;
}

const CHECK = 'scripts/check-deploy.mjs';
/** A long run on a slow machine: the compiler reads the types of every kind. */
const PATIENCE_MS = 180_000;
const HAS_KUBECTL = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const onKubectl = HAS_KUBECTL ? it : it.skip;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(inRepository(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.includes('node_modules'))
    .map((name) => join(folder, name))
    .filter((path) => statSync(inRepository(path)).isFile());

/** All that the check reads; of what the image is built from, only that it is there. */
const healthy = (): Files => ({
  ...Object.fromEntries(
    [...['deploy', 'grafana', 'prometheus'].flatMap(filesBelow), 'src/platform/config/config.ts'].map((path) => [
      path,
      readFileSync(inRepository(path), 'utf8'),
    ]),
  ),
  ...Object.fromEntries(
    ['package-lock.json', 'nest-cli.json', '.swcrc', 'scripts/build.mjs', 'migrations/.keep'].map((path) => [path, '']),
  ),
});

const COMPOSE = 'deploy/compose/compose.yaml';
const COLLECTOR = 'deploy/compose/otel-collector.yaml';
const BASE = 'deploy/kubernetes/base';
const COMPONENTS = 'deploy/kubernetes/components';

/** Keys that nobody knows hide whatever else is wrong there, so that they are planted by themselves. */
const misspelt: readonly Plant[] = [
  {
    mistake: 'a misspelt key of Compose',
    path: COMPOSE,
    from: 'stop_grace_period: 60s',
    to: 'stop_grace_periode: 60s',
    says: 'must NOT have additional properties: stop_grace_periode',
  },
  {
    mistake:
      'a container that lives in the network of another one, which may be late when the engine starts both again',
    path: COMPOSE,
    from: '    stop_grace_period: 90s',
    to: '    network_mode: service:api\n    stop_grace_period: 90s',
    says: 'must NOT have additional properties: network_mode',
  },
  {
    mistake: 'a port of Compose that is open to the network',
    path: COMPOSE,
    from: "ports: ['127.0.0.1:9090:9090']",
    to: "ports: ['9090:9090']",
    says: '/services/prometheus/ports/0 must match pattern',
  },
  {
    mistake: 'a key that is there twice',
    path: 'deploy/compose/loki.yaml',
    from: 'auth_enabled: false',
    to: 'auth_enabled: false\nauth_enabled: true',
    says: 'deploy/compose/loki.yaml: Map keys must be unique',
  },
];

const lost: readonly Plant[] = [
  {
    mistake: 'a setting of Compose that does not exist',
    path: COMPOSE,
    from: 'SIMULATOR: $',
    to: 'SIMULATTOR: $',
    says: 'there is no setting SIMULATTOR',
  },
  {
    mistake: 'a value that the program refuses',
    path: COMPOSE,
    from: 'ROLE: projector',
    to: 'ROLE: projektor',
    says: 'projector ROLE=projektor is not one of api, worker, projector',
  },
  {
    mistake: 'a role that nobody has',
    path: COMPOSE,
    from: 'ROLE: projector',
    to: 'ROLE: projektor',
    says: 'nobody has the role projector',
  },
  {
    mistake: 'a file that is mounted and missing',
    path: COMPOSE,
    from: './tempo.yaml:',
    to: './tempo.yml:',
    says: 'tempo has the file deploy/compose/tempo.yml, which is not there',
  },
  {
    mistake: 'a password in the file',
    path: COMPOSE,
    from: `GF_SECURITY_ADMIN_PASSWORD: \${GRAFANA_PASSWORD:?is in .env}`,
    to: 'GF_SECURITY_ADMIN_PASSWORD: letmein',
    says: 'a password stands in the file',
  },
  {
    mistake: 'an image without a version',
    path: COMPOSE,
    from: 'image: grafana/loki:3.6.0',
    to: 'image: grafana/loki:latest',
    says: 'loki has the image grafana/loki:latest, which is no one version',
  },
  {
    mistake: 'a collector that asks a service that is not there',
    path: 'deploy/compose/otel-collector.yaml',
    from: 'http://tempo:4318',
    to: 'http://jaeger:4318',
    says: 'asks jaeger, and no service has that name',
  },
  {
    mistake: 'a pipeline of the collector that names what nobody defined',
    path: COLLECTOR,
    from: 'processors: [memory_limiter, transform/redact, batch]',
    to: 'processors: [memory_limiter, transform/redacted, batch]',
    says: 'service.pipelines names transform/redacted, and no such processors are defined',
  },
  {
    mistake: 'a component of the collector that no pipeline names',
    path: COLLECTOR,
    from: '[memory_limiter, transform/redact, tail_sampling, batch]',
    to: '[memory_limiter, transform/redact, batch]',
    says: 'tail_sampling is one of processors, and service.pipelines does not name it',
  },
  {
    mistake: 'an extension of the collector that nobody defined',
    path: COLLECTOR,
    from: 'extensions: [health_check, file_storage]',
    to: 'extensions: [health_check, file_store]',
    says: 'service.extensions names file_store, and no such extensions are defined',
  },
  {
    mistake: 'an extension of the collector that is not begun',
    path: COLLECTOR,
    from: 'extensions: [health_check, file_storage]',
    to: 'extensions: [health_check, file_store]',
    says: 'file_storage is one of extensions, and service.extensions does not name it',
  },
  {
    mistake: 'a receiver that keeps its place in what is not there',
    path: COLLECTOR,
    from: 'storage: file_storage\n    poll_interval',
    to: 'storage: file_storage/logs\n    poll_interval',
    says: 'something is kept in file_storage/logs, which is not defined',
  },
  {
    mistake: 'a state of the collector that is written to its read-only root',
    path: COLLECTOR,
    from: 'directory: /var/lib/otelcol/file_storage',
    to: 'directory: /var/lib/otelcol/storage',
    says: 'nothing that can be written is mounted at /var/lib/otelcol/storage',
  },
  {
    mistake: 'log files that the collector does not have',
    path: COLLECTOR,
    from: '/var/log/darkroom/**/*.log',
    to: '/var/log/platform/**/*.log',
    says: 'nothing is mounted at /var/log/platform/**/*.log',
  },
  {
    mistake: 'a volume that nobody mounts',
    path: COMPOSE,
    from: 'volumes:\n  artifacts: {}',
    to: 'volumes:\n  pictures: {}\n  artifacts: {}',
    says: 'nobody mounts the volume pictures',
  },
  {
    mistake: 'a variable that the example does not name',
    path: 'deploy/compose/.env.example',
    from: 'DARKROOM_PORT=8000',
    to: '',
    says: `\${DARKROOM_PORT} is not in .env.example`,
  },
  {
    mistake: 'a second service that builds the image',
    path: COMPOSE,
    from: '    <<: *darkroom\n    networks: [platform, data]\n    environment:\n      <<: *environment\n      ROLE: worker',
    to: '    <<: *darkroom\n    build: { context: ../.., dockerfile: deploy/Dockerfile }\n    networks: [platform, data]\n    environment:\n      <<: *environment\n      ROLE: worker',
    says: 'worker and migrate build the image, which is for one to do',
  },
  {
    mistake: 'a probe that may stay for ever',
    path: 'deploy/Dockerfile',
    from: ', signal: AbortSignal.timeout(4000)',
    to: '',
    says: 'HEALTHCHECK: does not end by itself',
  },
  {
    mistake: 'an image that runs as root',
    path: 'deploy/Dockerfile',
    from: 'USER 10001:10001',
    to: 'USER root',
    says: 'USER: the last one is no number',
  },
  {
    mistake: 'an instruction that does not exist',
    path: 'deploy/Dockerfile',
    from: 'EXPOSE 8000 9464',
    to: 'EXPOSES 8000 9464',
    says: 'Unknown instruction: EXPOSES',
  },
  {
    mistake: 'a file that is copied and missing',
    path: 'deploy/Dockerfile',
    from: 'COPY migrations migrations',
    to: 'COPY migration migrations',
    says: 'COPY: there is no migration',
  },
];

const lostInKubernetes: readonly Plant[] = [
  {
    mistake: 'a misspelt key of Kubernetes',
    path: `${BASE}/process.yaml`,
    from: 'runAsNonRoot: true',
    to: 'runAsNonRooot: true',
    says: `'"runAsNonRooot"' does not exist in type`,
  },
  {
    mistake: 'a value of the wrong type',
    path: `${BASE}/projector.yaml`,
    from: 'replicas: 2',
    to: 'replicas: two',
    says: 'Deployment/darkroom-projector data/spec/replicas must be integer',
  },
  {
    mistake: 'a missing probe',
    path: `${BASE}/api.yaml`,
    from: '          livenessProbe:\n            httpGet: { path: /front, port: http }\n            periodSeconds: 10\n',
    to: '',
    says: 'Deployment/darkroom-api container front has no livenessProbe',
  },
  {
    mistake: 'a probe of a port that is not there',
    path: `${BASE}/api.yaml`,
    from: 'httpGet: { path: /health/live, port: http }',
    to: 'httpGet: { path: /health/live, port: https }',
    says: 'Deployment/darkroom-api container front readinessProbe asks the port https, which it does not have',
  },
  {
    mistake: 'a Service of a port that is not there',
    path: `${BASE}/api.yaml`,
    from: 'targetPort: http,',
    to: 'targetPort: web,',
    says: 'Service/darkroom-api leads to the port web, which its pods do not have',
  },
  {
    mistake: 'a setting that does not exist',
    path: `${BASE}/config.env`,
    from: 'MIGRATIONS=wait',
    to: 'MIGRATION=wait',
    says: 'container darkroom there is no setting MIGRATION',
  },
  {
    mistake: 'a secret in a ConfigMap',
    path: `${BASE}/config.env`,
    from: 'LOG_FORMAT=json',
    to: 'LOG_FORMAT=json\nDATABASE_URL=postgresql://darkroom:secret@db/darkroom',
    says: 'DATABASE_URL belongs into a Secret',
  },
  {
    mistake: 'a pod that is killed before it may have stopped',
    path: `${BASE}/worker.yaml`,
    from: 'terminationGracePeriodSeconds: 180',
    to: 'terminationGracePeriodSeconds: 120',
    says: 'Deployment/darkroom-worker is killed after 120 s, and may take 170 s to stop',
  },
  {
    mistake: 'a heap as large as the memory',
    path: `${BASE}/projector.yaml`,
    from: '--max-old-space-size=384',
    to: '--max-old-space-size=512',
    says: 'has a heap of 512 MiB in 512Mi',
  },
  {
    mistake: 'a PodDisruptionBudget that protects nobody',
    path: `${BASE}/projector.yaml`,
    from: 'kind: PodDisruptionBudget\nmetadata:\n  name: darkroom-projector\nspec:\n  maxUnavailable: 1\n  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels: { app.kubernetes.io/component: projector }',
    to: 'kind: PodDisruptionBudget\nmetadata:\n  name: darkroom-projector\nspec:\n  maxUnavailable: 1\n  unhealthyPodEvictionPolicy: AlwaysAllow\n  selector:\n    matchLabels: { app.kubernetes.io/component: projectors }',
    says: 'Deployment/darkroom-projector has 0 PodDisruptionBudgets in place of one',
  },
  {
    mistake: 'a queue on the disk that gives up what is in it',
    path: COLLECTOR,
    from: 'max_elapsed_time: 0',
    to: 'max_elapsed_time: 5m',
    says: 'otlphttp/loki keeps a queue, and gives up what is in it',
  },
  {
    mistake: 'a NetworkPolicy for a port that is not there',
    path: `${COMPONENTS}/network-policy/policies.yaml`,
    from: 'port: ops }',
    to: 'port: metrics }',
    says: 'NetworkPolicy/darkroom-ops opens the port metrics, which its pods do not have',
  },
  {
    mistake: 'a scaler that counts other slots than a worker has',
    path: `${BASE}/worker.yaml`,
    from: "WORKER_CONCURRENCY, value: '16'",
    to: "WORKER_CONCURRENCY, value: '8'",
    says: 'ScaledObject/darkroom-worker counts 16 slots a worker, which has 8',
  },
  {
    mistake: 'rules that are not those of prometheus/',
    path: `${COMPONENTS}/monitoring/prometheus-rule.yaml`,
    from: '  groups:\n',
    to: '  groups:\n    - name: darkroom-other\n      rules: []\n',
    says: 'PrometheusRule/darkroom differs from prometheus/rules',
  },
  {
    mistake: 'a monitor that misses a role',
    path: `${COMPONENTS}/monitoring/pod-monitor.yaml`,
    from: 'values: [api, worker, projector]',
    to: 'values: [api, worker]',
    says: 'PodMonitor/darkroom does not find Deployment/darkroom-projector',
  },
];

const withPlants = (files: Files, plants: readonly Plant[]): Files => {
  const planted: Record<string, string> = { ...files };
  for (const { path, from, to, mistake } of plants) {
    const text = planted[path] ?? '';
    // Two findings of one mistake plant it once.
    if (text.includes(to) && !text.includes(from)) continue;
    if (!text.includes(from)) throw new Error(`There is no place for ${mistake}`);
    planted[path] = text.replace(from, () => to);
  }
  return planted;
};

const judge = (plants: readonly Plant[]): string => {
  const tree = PlantedTree.grow(withPlants(healthy(), plants));
  try {
    return tree.run(CHECK, tree.root);
  } finally {
    tree.fell();
  }
};

describe('what the check of deploy/ says', () => {
  it(
    'is nothing about the repository',
    () => {
      expect(judge([])).toMatch(/deploy holds together\.\n$/);
    },
    PATIENCE_MS,
  );

  describe('about keys', () => {
    let report: string;
    beforeAll(() => {
      report = judge(misspelt);
    }, PATIENCE_MS);

    it.each(misspelt)('finds $mistake', ({ says }) => {
      expect(report).toContain(says);
    });
  });

  describe('about what keys say', () => {
    let report: string;
    beforeAll(() => {
      report = judge(HAS_KUBECTL ? [...lost, ...lostInKubernetes] : lost);
    }, PATIENCE_MS);

    it.each(lost)('finds $mistake', ({ says }) => {
      expect(report).toContain(says);
    });
    onKubectl.each(lostInKubernetes)('finds $mistake', ({ says }) => {
      expect(report).toContain(says);
    });
  });
});
