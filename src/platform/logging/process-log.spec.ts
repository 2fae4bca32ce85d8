import { pino } from 'pino';
import { withLogFields } from './log-context.js';
import { LogLevels } from './log-levels.js';
import { LogMeter } from './log-meter.js';
import { LogSink } from './log-sink.js';
import { logOptions } from './process-log.js';

type Line = Readonly<Record<string, unknown>>;

const RUN = { run_id: 'run-1', attempt: 2, provider: 'simulator', trace_id: 'f'.repeat(32) };

describe('the log of a process', () => {
  let written: string[];
  let filed: (string | null)[];
  let meter: LogMeter;
  let levels: LogLevels;

  const open = (showsPrompts = false, pretty = false): pino.Logger =>
    pino(
      logOptions('api+worker', { levels, meter, showsPrompts }),
      new LogSink({
        out: { write: (line) => void written.push(line), flushSync: () => undefined },
        pretty: pretty ? { colours: false } : null,
        files: (context) => void filed.push(context),
      }),
    );
  const last = (): Line => JSON.parse(written.at(-1) ?? '') as Line;

  beforeEach(() => {
    written = [];
    filed = [];
    meter = new LogMeter();
    levels = new LogLevels('info');
  });

  it('has the same fields in every line', () => {
    open().info({ context: 'Worker' }, 'It works');
    expect(last()).toMatchObject({
      ...{ level: 'info', service: 'darkroom', role: 'api+worker', context: 'Worker', msg: 'It works' },
      ...{ time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string, pid: process.pid },
    });
    expect(filed).toEqual(['Worker']);
  });

  it('adds the fields of where a line is logged, and the line may know better', () => {
    const logger = open();
    withLogFields(RUN, () => {
      withLogFields({ attempt: 3 }, () => {
        logger.info('deeper');
      });
      expect(last()).toMatchObject({ ...RUN, attempt: 3 });
      logger.info({ run_id: 'run-2' }, 'of another run');
      expect(last()).toMatchObject({ ...RUN, run_id: 'run-2' });
    });
    logger.info('outside');
    expect(last()).not.toHaveProperty('run_id');
  });

  it('shows no secret, wherever it stands', () => {
    const logger = open();
    const secrets = { authorization: 'hunter2', 'x-api-key': 'hunter2', cookie: 'hunter2' };
    logger.info({ ...secrets, req: { headers: secrets }, order: { webhook_url: 'hunter2', token: 'hunter2' } }, 'x');
    logger.info({ url: '/x?signature=hunter2' }, 'GET /x?signature=hunter2');
    logger.error({
      msg: 'postgresql://u:hunter2@h',
      err: new Error('redis://:hunter2@h', { cause: new Error('?sig=hunter2') }),
    });
    logger.error(Object.assign(new Error('failed'), { detail: 'hunter2', request: { body: 'hunter2' } }));
    logger.error(new Error('postgresql://u:hunter2@h'));
    logger.error({ err: new Error('postgresql://u:hunter2@h') });
    expect(written).toHaveLength(6);
    expect(last()['msg']).toMatch(/^postgresql:/);
    expect(written.join('')).not.toContain('hunter2');
    expect(written.join('')).toContain('[Redacted]');
  });

  it('shows the hash of a prompt, and repeats none that an error quotes', () => {
    const prompt = 'a "red" car';
    const logger = open();
    withLogFields(RUN, () => {
      logger.warn(
        { prompt, category: 'timeout', err: new Error(`cannot draw ${JSON.stringify({ prompt })}`) },
        `no ${prompt}`,
      );
    }, [prompt]);
    expect(written.join('')).not.toMatch(/red/);
    expect(last()).toMatchObject({
      ...{ prompt_hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string, prompt_length: 11, msg: 'no [hidden]' },
      err: { type: 'Error', message: 'cannot draw {"prompt":"[hidden]"}' },
    });
    logger.warn({ order: { prompt } }, 'deep');
    expect(last()).toMatchObject({ order: { prompt: '[Redacted]' } });
  });

  it('shows prompts where somebody wants it', () => {
    const logger = open(true);
    withLogFields(RUN, () => {
      logger.warn({ prompt: 'a red car' }, 'no a red car');
    }, ['a red car']);
    expect(last()).toMatchObject({ prompt: 'a red car', msg: 'no a red car' });
  });

  it('tells the class, the code, the place and the causes of an error', () => {
    const cause = new RangeError('too long');
    open().error(Object.assign(new TypeError('failed', { cause }), { code: 'E_TEST' }));
    expect(last()).toMatchObject({ err: { type: 'TypeError', code: 'E_TEST', message: 'failed' }, msg: 'failed' });
    expect((last()['err'] as Line)['stack']).toMatch(
      /^TypeError: failed\n\s+at [\s\S]*\ncaused by: RangeError: too long\n/,
    );
  });

  it('follows its level at run time, for one context too, and counts what it writes', () => {
    const counted: string[] = [];
    meter.subscribe((level) => counted.push(level));
    const logger = open();
    levels.onChange(() => {
      logger.level = levels.floor;
    });
    levels.change({ level: 'debug', context: 'JobQueue', ttlSeconds: 60 }, () => undefined);
    logger.debug({ context: 'JobQueue' }, 'seen');
    logger.debug({ context: 'HTTP' }, 'unseen');
    logger.info({ context: 'HTTP' }, 'seen too');
    levels.revert('JobQueue');
    logger.debug({ context: 'JobQueue' }, 'unseen again');
    expect(written.map((line) => (JSON.parse(line) as Line)['msg'])).toEqual(['seen', 'seen too']);
    expect(counted).toEqual(['debug', 'info']);
  });

  it('is a sentence for a person at a terminal', () => {
    const logger = open(false, true);
    withLogFields(RUN, () => {
      logger.warn({ context: 'Providers', category: 'timeout' }, 'The run failed');
    });
    expect(written.join('')).toMatch(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: Providers The run failed \(run run-1\) \{"provider":"simulator","category":"timeout"\}\n$/,
    );
  });
});
