import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnDarkroom } from '../support/darkroom-process.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let home: string;

beforeAll(async () => {
  database = await freshDatabase();
  home = await mkdtemp(join(tmpdir(), 'darkroom-'));
});
afterAll(async () => {
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

const failedStart = async (env: Readonly<Record<string, string>>): Promise<string> => {
  const spawned = spawnDarkroom(home, { DATABASE_URL: database.url, ...env });
  expect(await spawned.ended).toEqual({ code: 1, signal: null });
  return spawned.output();
};

describe('a start with an environment that is not valid', () => {
  it('names every bad key with its value, what is wrong and what it is for', async () => {
    const output = await failedStart({ PORT: 'http', WAIT_LIMIT_SECONDS: '0' });
    expect(output).toContain('PORT="http" is not a number from 0 to 65535. Port of the API; 0 takes a free one.');
    expect(output).toContain('WAIT_LIMIT_SECONDS="0" is not a number from 1 to 120. How long');
  });

  it('shows no value of a key that holds a password', async () => {
    const output = await failedStart({
      REDIS_URL: 'http://:hunter2@localhost',
      DATABASE_URL: 'mysql://u:hunter2@localhost',
    });
    expect(output).toContain('DATABASE_URL is not a URL like postgresql://');
    expect(output).toContain('REDIS_URL is not a URL like redis://');
    expect(output).not.toContain('hunter2');
  });

  it.each([
    ['builtin/nothing', 'Unknown model: builtin/nothing'],
    ['nobody/studio', 'Unknown model: nobody/studio'],
    ['simulator/ok', 'Provider simulator cannot be used: SIMULATOR is off'],
  ])('names DEFAULT_MODEL where no request could use %s', async (model, problem) => {
    const output = await failedStart({ DEFAULT_MODEL: model });
    expect(output).toContain(
      `DEFAULT_MODEL="${model}" cannot be the default: ${problem}. Model of requests that name none`,
    );
  });
});
