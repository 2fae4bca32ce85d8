// Holds the dashboards against the types of Grafana's SDK: a part of `npm run obs:check`.
//   node scripts/check-dashboards.mjs [folder of the repository]
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { dashboardTypeProblems } from './dashboards/dashboard-types.mjs';

const root = resolve(argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const folder = join(root, 'grafana/dashboards');

const dashboards = Object.fromEntries(
  readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]),
);
const problems = dashboardTypeProblems(root, dashboards);
for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? 'Grafana knows every key of the dashboards.' : `${problems.length} problems`);
exit(problems.length === 0 ? 0 : 1);
