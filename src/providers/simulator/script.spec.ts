import { ERROR_CATEGORIES } from '../image-provider.port.js';
import { scriptOf, SIMULATOR_MODELS } from './script.js';

describe('the scripts of the simulator', () => {
  it('has a model for each latency and for each error category twice', () => {
    const ids = SIMULATOR_MODELS.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(['ok', 'slow-5s', 'slow-30s']);
    for (const category of ERROR_CATEGORIES)
      expect(ids).toEqual(expect.arrayContaining([`fail-${category}`, `${category}-then-ok`]));
    expect(ids).toHaveLength(4 + 2 * ERROR_CATEGORIES.length);
  });

  it.each(ERROR_CATEGORIES)('fails with %s always, or at the first attempt only', (category) => {
    for (const attempt of [1, 2, 6]) expect(scriptOf(`fail-${category}`, attempt, 0)).toMatchObject({ category });
    expect(scriptOf(`${category}-then-ok`, 1, 0)).toMatchObject({ category });
    expect(scriptOf(`${category}-then-ok`, 2, 0)).toEqual({ ends: 'succeeded', durationMs: 0 });
  });

  it('refuses on reading what a vendor can see there, and names a wait for a rate limit alone', () => {
    const refused = ERROR_CATEGORIES.filter((category) => scriptOf(`fail-${category}`, 1, 0)?.ends === 'refused');
    expect(refused).toEqual(['rate_limited', 'invalid_request', 'moderated', 'unauthorized', 'insufficient_credit']);
    expect(scriptOf('fail-rate_limited', 1, 0)).toMatchObject({ retryAfterSeconds: 1 });
    expect(scriptOf('fail-moderated', 1, 0)).toMatchObject({ retryAfterSeconds: null });
  });

  it('fails in 30 % of the attempts of flaky-30, decided by seed and attempt', () => {
    const fails = (seed: number, attempt: number): boolean => scriptOf('flaky-30', attempt, seed)?.ends === 'failed';
    const seeds = Array.from({ length: 4000 }, (_, seed) => seed);
    const first = seeds.filter((seed) => fails(seed, 1));
    expect(first.length / seeds.length).toBeCloseTo(0.3, 1);
    expect(seeds.filter((seed) => fails(seed, 1))).toEqual(first);
    expect(first.filter((seed) => fails(seed, 2)).length / first.length).toBeCloseTo(0.3, 1);
  });

  it('knows no other model', () => {
    for (const model of ['', 'OK', 'slow-6s', 'fail-', 'constructor', 'fail-nothing'])
      expect(scriptOf(model, 1, 0)).toBeNull();
  });
});
