// Something to look at: `npm run obs:demo` starts Darkroom with its simulator under a mixed load, and a real Prometheus with the committed rules
// and an Alertmanager where they are on the PATH. Ctrl-C ends all of it and leaves nothing behind.
import { spawnSync } from 'node:child_process';
import process, { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import '../test/support/typescript-loader.mjs';

const { Demonstration } = await import('../test/support/demonstration.ts');
const { demonstrate } = await import('../test/support/demonstration-load.ts');
const { isOnPath, MONITORING } = await import('../test/support/program.ts');

const PORTS = { prometheus: 9090, alertmanager: 9093 };
const root = fileURLToPath(new URL('..', import.meta.url));
const stopped = new AbortController();
const demonstration = new Demonstration();

const startWatching = async () => {
  const { prometheus, alertmanager } = await demonstration.startWatching(({ status, labels, annotations }) => {
    if (labels.severity !== 'none') console.log(`${status} (${labels.severity}): ${annotations.summary}`);
  }, PORTS);
  console.log(`
  Prometheus    ${prometheus.origin}/graph
  Targets       ${prometheus.origin}/targets
  Rules         ${prometheus.origin}/rules
  Alerts        ${prometheus.origin}/alerts
  Alertmanager  http://${alertmanager}`);
};

const end = async () => {
  stopped.abort();
  await demonstration.close();
};
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (isEnding) exit(130);
    isEnding = true;
    console.log('\nEnding; a second Ctrl-C does not wait.');
    void end().then(() => exit(0));
  });

try {
  if (spawnSync(execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' }).status !== 0) exit(1);
  await demonstration.startPlatform();
  const { processes } = demonstration;
  const [{ url }] = processes;
  console.log(`\n  Page          ${url}\n  API           ${url}/docs`);
  for (const { opsUrl } of processes) console.log(`  Metrics       ${opsUrl}/metrics`);
  const missing = MONITORING.filter((name) => !isOnPath(name));
  if (missing.length === 0) await startWatching();
  else console.log(`\nThere is no ${missing.join(', ')} on the PATH: nobody scrapes, and no alert is told.`);
  console.log(
    '\nThe dashboards of grafana/dashboards want a Grafana: docs/monitoring.md says how; "npm run obs:preview" draws them without one. Ctrl-C ends all of this.\n',
  );
  await demonstrate(url, stopped.signal);
} catch (error) {
  if (!isEnding) {
    console.error(error);
    await end();
    exit(1);
  }
}
