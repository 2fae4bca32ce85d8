import { Config, ConfigInvalid } from './config.js';

const weightsOf = (value: string): ReadonlyMap<number, number> =>
  Config.from({ USER_WEIGHTS: value }).get('USER_WEIGHTS');

describe('USER_WEIGHTS', () => {
  it('names users with their weights, and nobody where it is empty', () => {
    expect(weightsOf('7=4,12=0.5')).toEqual(
      new Map([
        [7, 4],
        [12, 0.5],
      ]),
    );
    expect(weightsOf('').size).toBe(0);
  });

  it.each([
    ['a user who is none', '0=2'],
    ['a user without a weight', '7'],
    ['an empty weight', '7='],
    ['a weight of nothing', '7=0'],
    ['a weight beyond what the queue takes', '7=1001'],
    ['two signs', '7=2=3'],
    ['a user twice', '7=2,7=3'],
    ['words', 'all'],
  ])('is refused for %s', (_, value) => {
    expect(() => weightsOf(value)).toThrow(ConfigInvalid);
  });
});

describe('REDIS_URL', () => {
  it('is none unless it is given', () => {
    expect(Config.from({}).get('REDIS_URL')).toBeNull();
    expect(Config.from({ REDIS_URL: '' }).get('REDIS_URL')).toBeNull();
  });

  it.each(['redis://localhost', 'redis://127.0.0.1:6379/3', 'rediss://user:secret@redis.example:6380/0'])(
    'may be %s',
    (url) => {
      expect(Config.from({ REDIS_URL: url }).get('REDIS_URL')).toBe(url);
    },
  );

  it.each(['localhost:6379', 'http://localhost:6379', 'redis://', 'redis:///0', 'redis://localhost/queue'])(
    'may not be %s',
    (url) => {
      expect(() => Config.from({ REDIS_URL: url })).toThrow(ConfigInvalid);
    },
  );
});

describe('NEWER_MIGRATIONS', () => {
  it('names migrations by their numbers, and none where it is empty', () => {
    expect(Config.from({ NEWER_MIGRATIONS: '0026, 0027' }).get('NEWER_MIGRATIONS')).toEqual([26, 27]);
    expect(Config.from({}).get('NEWER_MIGRATIONS')).toEqual([]);
  });

  it.each(['26', 'all', '0026,', '0026;0027'])('may not be %s', (value) => {
    expect(() => Config.from({ NEWER_MIGRATIONS: value })).toThrow(ConfigInvalid);
  });
});
