// What Kubernetes is given of prometheus/ and grafana/: the same rules as one object, and a list of the dashboards.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readYaml } from './yaml-files.mjs';

const NOTICE = '# Generated from SOURCE: `npm run deploy:write`.\n';

const filesOf = (folder, ending) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(ending))
        .sort()
    : [];

/** The groups of all files, in the order of their names. */
export const ruleGroups = (root) => {
  const folder = join(root, 'prometheus/rules');
  return filesOf(folder, '.yml').flatMap((name) => readYaml(join(folder, name)).values.flatMap(({ groups }) => groups));
};

const asYaml = (value) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

const prometheusRule = (root) =>
  NOTICE.replace('SOURCE', 'prometheus/rules/*.yml') +
  asYaml({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'darkroom',
      labels: { 'app.kubernetes.io/name': 'darkroom', 'app.kubernetes.io/part-of': 'darkroom' },
    },
    spec: { groups: ruleGroups(root) },
  });

/** One ConfigMap for each, as a ConfigMap holds a megabyte at most. Kustomize takes files from below its own folder alone. */
const dashboards = (root) =>
  NOTICE.replace('SOURCE', 'grafana/dashboards') +
  asYaml({
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    configMapGenerator: filesOf(join(root, 'grafana/dashboards'), '.json').map((name) => ({
      name: `darkroom-dashboard-${name.replace(/^darkroom-|[.]json$/g, '')}`,
      files: [`dashboards/${name}`],
      options: { disableNameSuffixHash: true, labels: { grafana_dashboard: '1' } },
    })),
  });

/** Text by path. */
export const generatedFiles = (root) => ({
  'deploy/kubernetes/components/monitoring/prometheus-rule.yaml': prometheusRule(root),
  'grafana/kustomization.yaml': dashboards(root),
});
