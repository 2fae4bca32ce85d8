// Something to look at: `npm run obs:demo` starts Darkroom with its simulator under a mixed load, and a real Prometheus with the committed rules
// and an Alertmanager where they are on the PATH. Ctrl-C ends all of it and leaves nothing behind.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import '../test/support/typescript-loader.mjs';

const { AlertReceiver } = await import('../test/support/alert-receiver.ts');
const { Alertmanager } = await import('../test/support/alertmanager.ts');
const { startDarkroom } = await import('../test/support/darkroom-process.ts');
const { demonstrate } = await import('../test/support/demonstration-load.ts');
const { isOnPath, MONITORING } = await import('../test/support/program.ts');
const { Prometheus } = await import('../test/support/prometheus.ts');

const PROMETHEUS_PORT = 9090;
const ALERTMANAGER_PORT = 9093;
const root = fileURLToPath(new URL('..', import.meta.url));
const closing = [];
const stopped = new AbortController();
/** What was started last ends first. */
const later = (close) => closing.unshift(close);

const startPlatform = async () => {
  const home = await mkdtemp(join(tmpdir(), 'darkroom-demonstration-'));
  later(() => rm(home, { recursive: true, force: true }));
  const processes = [];
  // The first one brings the database, in which the others find it.
  for (const ROLE of ['api,projector', 'worker', 'worker']) {
    const started = await startDarkroom({ home, env: { ROLE, SIMULATOR: 'on', SIMULATOR_LATENCY_MS: '300' } });
    later(() => started.end('SIGTERM'));
    processes.push(started);
  }
  return processes;
};

const startWatching = async (processes) => {
  const receiver = await AlertReceiver.start(({ status, labels, annotations }) => {
    if (labels.severity !== 'none') console.log(`${status} (${labels.severity}): ${annotations.summary}`);
  });
  later(() => receiver.close());
  const alertmanager = await Alertmanager.start(receiver.url, ALERTMANAGER_PORT);
  later(() => alertmanager.close());
  const prometheus = await Prometheus.start({
    targets: processes.map(({ opsUrl }) => new URL(opsUrl).host),
    alertmanager: alertmanager.address,
    port: PROMETHEUS_PORT,
    isPatient: true,
  });
  later(() => prometheus.close());
  console.log(`
  Prometheus    ${prometheus.origin}/graph
  Targets       ${prometheus.origin}/targets
  Rules         ${prometheus.origin}/rules
  Alerts        ${prometheus.origin}/alerts
  Alertmanager  http://${alertmanager.address}`);
};

const end = async () => {
  stopped.abort();
  for (const close of closing.splice(0)) await close();
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
  const processes = await startPlatform();
  const [{ url }] = processes;
  console.log(`\n  Page          ${url}\n  API           ${url}/docs`);
  for (const { opsUrl } of processes) console.log(`  Metrics       ${opsUrl}/metrics`);
  const missing = MONITORING.filter((name) => !isOnPath(name));
  if (missing.length === 0) await startWatching(processes);
  else console.log(`\nThere is no ${missing.join(', ')} on the PATH: nobody scrapes, and no alert is told.`);
  console.log(
    '\nThe dashboards of grafana/dashboards want a Grafana: docs/monitoring.md says how. Ctrl-C ends all of this.\n',
  );
  await demonstrate(url, stopped.signal);
} catch (error) {
  if (!isEnding) {
    console.error(error);
    await end();
    exit(1);
  }
}
