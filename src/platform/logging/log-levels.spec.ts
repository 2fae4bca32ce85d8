import { AUDIT, LogLevels } from './log-levels.js';

const [DEBUG, INFO, WARN, ERROR] = [20, 30, 40, 50];
const nothing = (): void => undefined;

describe('the levels of the log', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are the configured one until it is changed', () => {
    const levels = new LogLevels('info');
    expect([levels.lets(DEBUG, 'HTTP'), levels.lets(INFO, 'HTTP'), levels.lets(INFO, null)]).toEqual([
      ...[false, true, true],
    ]);
    expect(levels.floor).toBe('info');
  });

  it('can be changed for one context, and for all that have no change of their own', () => {
    const levels = new LogLevels('info');
    levels.change({ level: 'debug', context: 'JobQueue', ttlSeconds: 60 }, nothing);
    levels.change({ level: 'error', context: null, ttlSeconds: 60 }, nothing);
    expect(levels.lets(DEBUG, 'JobQueue')).toBe(true);
    expect(levels.lets(WARN, 'HTTP')).toBe(false);
    expect(levels.lets(ERROR, 'HTTP')).toBe(true);
    expect(levels.floor).toBe('debug');
  });

  it('are the configured one again when their time is over, and whoever changed them is told once', () => {
    const levels = new LogLevels('warn');
    const told: string[] = [];
    levels.change({ level: 'debug', context: null, ttlSeconds: 60 }, () => told.push('first'));
    jest.advanceTimersByTime(59_000);
    levels.change({ level: 'trace', context: null, ttlSeconds: 60 }, () => told.push('second'));
    jest.advanceTimersByTime(59_000);
    expect(levels.overrides).toHaveLength(1);
    jest.advanceTimersByTime(1_000);
    expect(levels.overrides).toEqual([]);
    expect(levels.lets(DEBUG, null)).toBe(false);
    expect(told).toEqual(['second']);
  });

  it('let audit lines through, whatever they are', () => {
    const levels = new LogLevels('fatal');
    expect(levels.lets(WARN, AUDIT)).toBe(true);
    expect(levels.lets(ERROR, 'HTTP')).toBe(false);
    expect(levels.floor).toBe('warn');
  });

  it('let nothing through where they are silent, until they are changed', () => {
    const levels = new LogLevels('silent');
    const floors: string[] = [];
    levels.onChange(() => floors.push(levels.floor));
    expect([levels.floor, levels.lets(60, null)]).toEqual(['silent', false]);
    levels.change({ level: 'fatal', context: null, ttlSeconds: 1 }, nothing);
    levels.revert(null);
    expect(floors).toEqual(['warn', 'silent']);
  });
});
