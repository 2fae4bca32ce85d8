import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDarkroom, type DarkroomProcess } from '../support/darkroom-process.js';
import { configurationFor } from '../support/alertmanager.js';
import { ran } from '../support/program.js';
import { describeWithPrometheus } from '../support/with-prometheus.js';

const filesIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

describeWithPrometheus('promtool and amtool', () => {
  let process: DarkroomProcess;

  beforeAll(async () => {
    process = await startDarkroom({ env: { SIMULATOR: 'on' } });
  });
  afterAll(() => process.stop());

  it('find the configuration of Prometheus valid', () => {
    expect(ran('promtool', ['check', 'config', '--lint=all', 'prometheus/prometheus.yml'])).toMatchObject({ code: 0 });
  });

  it('find nothing to say of the rules', () => {
    const checked = ran('promtool', ['check', 'rules', '--lint=all', '--lint-fatal', ...filesIn('prometheus/rules')]);
    expect(checked).toMatchObject({ code: 0 });
  });

  it.each(filesIn('prometheus/tests'))('see the alerts fire and keep silent as %s says', (file) => {
    expect(ran('promtool', ['test', 'rules', file])).toMatchObject({ code: 0 });
  });

  it('find the routes of Alertmanager valid', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'darkroom-routes-'));
    try {
      const file = join(folder, 'alertmanager.yml');
      writeFileSync(file, await configurationFor('http://127.0.0.1:9/'));
      expect(ran('amtool', ['check-config', file])).toMatchObject({ code: 0 });
      const roadOf = (...labels: string[]): string =>
        ran('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...labels]).answer.trim();
      expect(roadOf('severity=page')).toBe('pages');
      expect(roadOf('severity=ticket')).toBe('tickets');
      expect(roadOf('severity=info')).toBe('nobody');
      expect(roadOf('severity=none', 'alertname=DarkroomWatchdog')).toBe('heartbeat');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('find nothing to say of what a process exposes', async () => {
    const told = await (await fetch(`${process.opsUrl}/metrics`)).text();
    expect(ran('promtool', ['check', 'metrics'], told)).toEqual({ code: 0, answer: '', output: '' });
  });
});
