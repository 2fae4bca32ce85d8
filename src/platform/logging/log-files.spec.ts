import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFiles } from './log-files.js';

const LIMITS = { bytes: 100, kept: 5 };
/** Ten bytes. */
const line = (number: number): string => `${String(number).padStart(9, '0')}\n`;
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, each) => from + each);

describe('log files', () => {
  let folder: string;
  let told: string[];
  const opened: LogFiles[] = [];

  const open = (at = folder): LogFiles => {
    const files = new LogFiles(at, (sentence) => told.push(sentence), LIMITS, 0);
    opened.push(files);
    return files;
  };
  const listed = (service = 'api'): string[] => readdirSync(join(folder, service)).sort();
  const read = (name: string, service = 'api'): string[] =>
    readFileSync(join(folder, service, name), 'utf8')
      .split('\n')
      .filter(Boolean);
  const allLines = (): number[] =>
    listed()
      .flatMap((name) => read(name))
      .map(Number)
      .sort((a, b) => a - b);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'darkroom-logs-'));
    told = [];
  });
  afterEach(() => {
    for (const files of opened.splice(0)) files.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are a series for each service, in a folder that need not be there', () => {
    const files = open(join(folder, 'not', 'yet'));
    files.write('api', line(1));
    files.write('worker', line(2));
    expect(readFileSync(join(folder, 'not/yet/api/api.1.log'), 'utf8')).toBe(line(1));
    expect(readFileSync(join(folder, 'not/yet/worker/worker.1.log'), 'utf8')).toBe(line(2));
  });

  it('are no longer than they may be, and the newest five full ones stay', () => {
    const files = open();
    for (const each of numbers(0, 85)) files.write('api', line(each));
    expect(listed()).toEqual([4, 5, 6, 7, 8, 9].map((number) => `api.${String(number)}.log`));
    for (const name of listed()) expect(statSync(join(folder, 'api', name)).size).toBeLessThanOrEqual(100);
    expect(allLines()).toEqual(numbers(30, 85));
  });

  it('go on where an earlier process stopped, and take away what it left', () => {
    const before = open();
    for (const each of numbers(0, 65)) before.write('api', line(each));
    before.close();
    const after = open();
    for (const each of numbers(65, 75)) after.write('api', line(each));
    expect(listed()).toEqual([3, 4, 5, 6, 7, 8].map((number) => `api.${String(number)}.log`));
    expect(allLines()).toEqual(numbers(20, 75));
  });

  it('are shared by processes, of which none loses or tears a line', () => {
    const writers = [open(), open(), open()];
    for (const each of numbers(0, 57)) writers[each % writers.length]?.write('api', line(each));
    expect(allLines()).toEqual(numbers(0, 57));
    expect(listed()).toHaveLength(6);
  });

  it('take a line that is longer than a file', () => {
    const files = open();
    files.write('api', line(1));
    files.write('api', `${'x'.repeat(500)}\n`);
    files.write('api', line(2));
    expect(listed().map((name) => read(name).length)).toEqual([1, 1, 1]);
  });

  it('come back where somebody removed them', () => {
    const files = open();
    files.write('api', line(1));
    rmSync(join(folder, 'api'), { recursive: true });
    files.write('api', line(2));
    expect(allLines()).toEqual([2]);
  });

  it('that cannot be written are said once, and again when they can', () => {
    const taken = join(folder, 'taken');
    writeFileSync(taken, 'no folder');
    const files = open(taken);
    expect(numbers(0, 3).map((each) => files.write('api', line(each)))).toEqual([false, false, false]);
    expect(told).toEqual([expect.stringContaining(`Log files in ${taken} cannot be written, going on without`)]);
    rmSync(taken);
    expect(numbers(3, 6).map((each) => files.write('api', line(each)))).toEqual([true, true, true]);
    expect(told.slice(1)).toEqual([expect.stringContaining('are written again')]);
    expect(readFileSync(join(taken, 'api/api.1.log'), 'utf8')).toBe(numbers(3, 6).map(line).join(''));
  });

  // The device is of Linux.
  (process.platform === 'linux' ? describe : describe.skip)('where there is a device that is always full', () => {
    it('stop nothing on a disk that is full', () => {
      mkdirSync(join(folder, 'api'));
      symlinkSync('/dev/full', join(folder, 'api', 'api.1.log'));
      const files = open();
      files.write('api', line(1));
      files.write('worker', line(2));
      expect(told[0]).toContain('ENOSPC');
      expect(read('worker.1.log', 'worker')).toEqual(['000000002']);
    });
  });
});
