// Holds metrics, rules, alerts, dashboards and runbooks against each other: `npm run obs:check`. What needs Prometheus' own tools is left out
// where they are not on the PATH, and said so. `npm run obs:e2e` asks a real Prometheus beside a real platform (test/observability).
import { spawnSync } from 'node:child_process';
import { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const JEST = 'node_modules/jest/bin/jest.js';

const STEPS = [
  ['scripts/write-metrics.mjs', '--check'],
  ['scripts/write-rules.mjs', '--check'],
  ['scripts/write-dashboards.mjs', '--check'],
  ['scripts/check-dashboards.mjs'],
  [JEST, 'observability[.]arch-spec', '--selectProjects', 'architecture'],
  ['scripts/build.mjs'],
  [JEST, 'promtool[.]obs-spec', '--selectProjects', 'observability', '--testTimeout=120000'],
  ['scripts/check-deploy.mjs'],
];

const failed = STEPS.filter((step) => spawnSync(execPath, step, { cwd: root, stdio: 'inherit' }).status !== 0);
for (const step of failed) console.error(`FAILED ${step.join(' ')}`);
console.log(failed.length === 0 ? 'Everything agrees.' : `${failed.length} of the checks failed.`);
exit(failed.length === 0 ? 0 : 1);
