// Writes docs/metrics.md from src/operations/metrics/metrics.data.ts; with --check it only says whether the file is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit } from 'node:process';
import '../test/support/typescript-loader.mjs';

const SOURCE = 'src/operations/metrics/metrics.data.ts';
const target = new URL('../docs/metrics.md', import.meta.url);
const { METRICS } = await import(new URL(`../${SOURCE}`, import.meta.url));

const cell = (text) => text.replaceAll('|', '\\|');
const valuesOf = (values) => (values === 'registered' ? '' : ` (${values.map((value) => value || 'none').join(', ')})`);
const labelsOf = ({ labels = {} }) =>
  Object.entries(labels)
    .map(([name, values]) => `\`${name}\`${valuesOf(values)}`)
    .join('<br>') || '–';
const typeOf = ({ type, buckets }) => (buckets === undefined ? type : `histogram: ${buckets.join(' ')}`);

const rows = Object.entries(METRICS).map(
  ([name, metric]) =>
    `| \`${name}\` | ${typeOf(metric)} | ${cell(labelsOf(metric))} | \`${metric.across}\` | ${cell(metric.help)} |`,
);

const document = `# Metrics

Every process answers \`GET /metrics\` on its port for operators (\`OPS_PORT\`, 9464), and the API on its own port too: Prometheus text, or OpenMetrics with
exemplars for a scraper that asks for it. Each process tells of itself, from its start: counters begin at 0 again, and what
\`GET /api/generate/statistics\` and the monitoring tell, which are counted from the log, does not.

Several processes add up by the operation in the column "across": \`sum\` for what is each one's own, \`max\` for what all of them tell of the same thing.
Labels have closed sets of values, or those of a registry such as that of the routes or of the models; whatever else comes is counted as \`other\`, so that
no client can make series without end. Beside these there are the metrics of Node.js and of the process by prom-client (\`nodejs_…\`, \`process_…\`).

<!-- Generated from ${SOURCE}: \`npm run docs:metrics\`. -->

| metric | type | labels | across | what it tells |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;

if (argv.includes('--check')) {
  let committed = '';
  try {
    committed = readFileSync(target, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (committed !== document) {
    console.error(`docs/metrics.md does not agree with ${SOURCE}: run \`npm run docs:metrics\`.`);
    exit(1);
  }
} else {
  writeFileSync(target, document);
}
