import { ago, count, counted, duration, money, percent, share, utcDay } from './format.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('counts', () => {
  it('group thousands', () => {
    expect(count(1_234_567)).toBe('1,234,567');
  });

  it.each([
    [9_999_999, '9,999,999'],
    [10_000_000, '10M'],
    [12_345_678, '12.35M'],
    [222_222_222_301, '222.2B'],
  ])('%i is short enough as %s', (value, text) => {
    expect(count(value)).toBe(text);
  });

  it('agree with their noun', () => {
    expect([0, 1, 2].map((value) => counted(value, 'run'))).toEqual(['0 runs', '1 run', '2 runs']);
    expect(counted(2, 'entry', 'entries')).toBe('2 entries');
  });
});

describe('durations', () => {
  it.each([
    [null, '–'],
    [0, '0 ms'],
    [0.0314, '31 ms'],
    [1.732, '1.73 s'],
    [12.34, '12.3 s'],
    [61, '1 min 01 s'],
    [3725, '62 min 05 s'],
    [7199.6, '2 h 00 min'],
    [288_060, '80 h 01 min'],
  ])('%p seconds read %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('percentages', () => {
  it.each([
    [0, 0, '–'],
    [0, 10, '0 %'],
    [10, 10, '100 %'],
    [1, 3, '33.3 %'],
    [1, 2000, '< 0.1 %'],
    [1999, 2000, '> 99.9 %'],
  ])('%i of %i read %s', (part, whole, text) => {
    expect(percent(part, whole)).toBe(text);
  });
});

describe('shares', () => {
  it('stay between nothing and the whole', () => {
    expect([share(0, 0), share(1, 4), share(9, 4), share(-1, 4)]).toEqual([0, 0.25, 1, 0]);
  });
});

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [0.002, '$0.002'],
    [0.16, '$0.16'],
    [1234.5, '$1,234.50'],
  ])('%d dollars read %s', (usd, text) => {
    expect(money(usd)).toBe(text);
  });
});

describe('ages', () => {
  it.each([
    ['2026-11-21T12:00:05Z', 'just now'],
    ['2026-11-21T11:59:58Z', 'just now'],
    ['2026-11-21T11:59:48Z', '12 s ago'],
    ['2026-11-21T11:57:00Z', '3 min ago'],
    ['2026-11-21T07:30:00Z', '4 h ago'],
    ['2026-11-18T12:00:00Z', '3 d ago'],
    ['2026-10-01T12:00:00Z', '1 Oct'],
  ])('%s is %s', (at, text) => {
    expect(ago(Date.parse(at), NOW)).toBe(text);
  });
});

describe('days', () => {
  it('are those of UTC', () => {
    expect(utcDay('2026-11-21')).toBe('21 Nov');
  });
});
