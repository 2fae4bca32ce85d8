import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/darkroom-process.js';
import { Deployment, order } from '../support/deployment.js';
import { logFiles, logLines } from '../support/log-reader.js';

/** Has a process of ours do something at a signal that it has no use for, with source maps, as `npm start` has them. */
const atSignal = (code: string): string => {
  const preload = Buffer.from(`process.on('SIGWINCH', () => { ${code} })`).toString('base64');
  return `--enable-source-maps --import=data:text/javascript;base64,${preload}`;
};

describe('the log of processes that end', () => {
  let deployment: Deployment;
  let folder: string;

  beforeAll(async () => {
    deployment = await Deployment.open();
    folder = await mkdtemp(join(tmpdir(), 'darkroom-logs-'));
  });
  afterAll(async () => {
    await deployment.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['an uncaught error', 'throw new Error("planted redis://:hunter2@h")'],
    ['an unhandled rejection', 'Promise.reject(new Error("planted redis://:hunter2@h"))'],
  ])('has %s as its last line, in the file too', async (_what, code) => {
    const env = { NODE_OPTIONS: atSignal(code), LOG_DIR: join(folder, 'fatal') };
    const darkroom = await deployment.start('all', env);
    expect(await darkroom.end('SIGWINCH')).toBe(1);
    for (const text of [darkroom.output(), logFiles(env.LOG_DIR).get('app/app.1.log') ?? '']) {
      expect(logLines(text).at(-1)).toMatchObject({
        ...{ level: 'fatal', context: 'Process', pid: darkroom.pid },
        err: { message: 'planted redis://…@h' },
      });
      expect(text).not.toContain('hunter2');
    }
  });

  it('is whole where two processes share a folder and stop: every line stands in the files once', async () => {
    const env = { LOG_DIR: join(folder, 'shared'), LOG_LEVEL: 'debug', SHUTDOWN_GRACE_SECONDS: '1' };
    const [one, two] = [await deployment.start('all', env), await deployment.start('all', env)];
    const orders = [one, two].flatMap(({ url }) => Array.from({ length: 15 }, () => order(url, 'simulator/ok')));
    for (const { runId } of await Promise.all(orders)) await deployment.happened(runId, 'GenerationCompleted');
    expect(await Promise.all([one.end('SIGTERM'), two.end('SIGTERM')])).toEqual([0, 0]);
    for (const { output } of [one, two])
      expect(logLines(output()).at(-1)).toMatchObject({ context: 'Process', msg: 'The process has stopped' });
    const written = [one, two].flatMap((each) => each.output().split('\n')).filter((line) => line.startsWith('{'));
    const filed = [...logFiles(env.LOG_DIR).values()].join('').split('\n').filter(Boolean);
    expect(filed.length).toBeGreaterThan(60);
    expect([...filed].sort()).toEqual([...written].sort());
  });

  it('goes on where its folder is none, which is said once', async () => {
    const taken = join(folder, 'taken');
    await writeFile(taken, '');
    const darkroom = await deployment.start('all', { LOG_DIR: taken, LOG_LEVEL: 'debug' });
    expect((await order(darkroom.url, 'simulator/ok', { prefer: 'wait=20' })).status).toBe(200);
    await eventually(
      () => Promise.resolve(logLines(darkroom.output())),
      (lines) => lines.some(({ route }) => route === '/api/generate'),
    );
    expect(await darkroom.end('SIGTERM')).toBe(0);
    expect(darkroom.output().match(/cannot be written, going on without/g)).toHaveLength(1);
  });
});
