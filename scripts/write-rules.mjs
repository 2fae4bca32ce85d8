// Writes the rules of Prometheus, their tests and docs/monitoring.md from the tables in prometheus/src; with --check it only says whether they are current.
import { stringify } from 'yaml';
import '../test/support/typescript-loader.mjs';
import { writeGenerated } from './generated-files.mjs';

const { RULE_FILES } = await import('../prometheus/src/rule-files.ts');
const { DASHBOARDS } = await import('../grafana/src/dashboards.ts');
const { monitoringPage } = await import('../prometheus/src/monitoring-page.ts');
const { RULE_TEST_FILES } = await import('../prometheus/src/rule-tests.ts');

const HEAD = '# Generated from prometheus/src: `npm run rules`.\n';
const filesIn = (folder, documents) =>
  Object.entries(documents).map(([name, document]) => [
    `${folder}/${name}`,
    `${HEAD}${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  ]);

await writeGenerated(
  Object.fromEntries([
    ...filesIn('prometheus/rules', RULE_FILES),
    ...filesIn('prometheus/tests', RULE_TEST_FILES),
    ['docs/monitoring.md', monitoringPage(Object.values(DASHBOARDS))],
  ]),
  { folders: ['prometheus/rules', 'prometheus/tests'], command: 'npm run rules' },
);
