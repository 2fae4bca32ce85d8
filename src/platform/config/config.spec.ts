import { Config, ConfigInvalid } from './config.js';

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
