import { ProviderLimits } from './provider-limits.port.js';

const parse = (text: string): ProviderLimits => ProviderLimits.parse(text, ['builtin', 'simulator', 'fal']);

describe('the limits of providers', () => {
  it('are none by default', () => {
    expect(parse('').of('simulator')).toBeUndefined();
    expect(parse(' ; ').of('simulator')).toBeUndefined();
  });

  it.each([
    ['simulator=4', { concurrency: 4, rate: null }],
    ['simulator=10/s', { concurrency: null, rate: { calls: 10, periodSeconds: 1 } }],
    ['simulator=600/min', { concurrency: null, rate: { calls: 600, periodSeconds: 60 } }],
    ['simulator=5000/h', { concurrency: null, rate: { calls: 5000, periodSeconds: 3600 } }],
    ['fal=2; simulator = 4 , 10/s ;', { concurrency: 4, rate: { calls: 10, periodSeconds: 1 } }],
    ['simulator=10/s,4', { concurrency: 4, rate: { calls: 10, periodSeconds: 1 } }],
  ])('are read from %s', (text, limit) => {
    expect(parse(text).of('simulator')).toEqual(limit);
    expect(parse(text).of('builtin')).toBeUndefined();
  });

  it.each([
    ['simulator', 'has "simulator", which is not like provider=4'],
    ['simulator=', 'has "simulator=", which is not like'],
    ['=4', 'has "=4", which is not like'],
    ['simulator=4=5', 'has "simulator=4=5", which is not like'],
    ['simulator=0', 'has "0" where a whole number from 1 to 1000000 belongs'],
    ['simulator=-1', 'has "-1" where'],
    ['simulator=1.5', 'has "1.5" where'],
    ['simulator=1e3', 'has "1e3" where'],
    ['simulator=4,', 'has "" where'],
    ['simulator=0/s', 'has "0" where'],
    ['simulator=10/d', 'has the rate "10/d", which is not like 10/s'],
    ['simulator=10/s/s', 'has the rate "10/s/s"'],
    ['simulator=4,5', 'limits simulator twice'],
    ['simulator=4/s,5/min', 'limits simulator twice'],
    ['simulator=4;simulator=5', 'names the provider simulator twice'],
    ['replicate=4', 'names the provider "replicate"; there are builtin, simulator, fal'],
  ])('refuse %s', (text, problem) => {
    expect(() => parse(text)).toThrow(problem);
  });
});
