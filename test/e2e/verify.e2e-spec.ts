import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment, DIST } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
  await suite.generate(OK);
});
afterAll(() => suite.stop());

interface Finished {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run cli -- …` beside the running program. */
const cli = (...words: readonly string[]): Promise<Finished> =>
  new Promise((resolve) => {
    const env = cleanEnvironment({ DATABASE_URL: suite.database.url, DARKROOM_HOME: suite.process.home });
    execFile(process.execPath, [join(DIST, 'cli.js'), ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });

describe('cli verify', () => {
  it('says that everything holds and ends with 0', async () => {
    expect(await cli('verify')).toEqual({
      code: 0,
      stdout: [
        'ok    log order (5 events)',
        'ok    stream versions (1 streams)',
        'ok    stream heads (version of each stream against its events)',
        'ok    parked events (0)',
        'ok    artifacts (1 against their checksums)',
        'ok    uploads (0 against their checksums)',
        'ok    read model prompt_cache_clearings (against a rebuild from its streams)',
        'ok    read model presets (against a rebuild from its streams)',
        'ok    read model uploads (against a rebuild from its streams)',
        'ok    read model generations (against a rebuild from its streams)',
        'ok    read model batches (against a rebuild from its streams)',
        'ok    projection prompt_cache (against a rebuild from the log)',
        'ok    projection statistics (against a rebuild from the log)',
        'ok    projection suggestions (against a rebuild from the log)',
        'ok    projection monitoring (against a rebuild from the log)',
        'ok    projection history (against a rebuild from the log)',
        'Everything holds.\n',
      ].join('\n'),
      stderr: '',
    });
  });

  it('says what does not hold and ends with 1, until a rebuild has put it right', async () => {
    await suite.database.pool.query("update generations set prompt = 'forged'");
    const broken = await cli('verify');
    expect(broken.code).toBe(1);
    expect(broken.stdout.split('\n').slice(3)).toEqual([
      'ok    parked events (0)',
      'ok    artifacts (1 against their checksums)',
      'ok    uploads (0 against their checksums)',
      'ok    read model prompt_cache_clearings (against a rebuild from its streams)',
      'ok    read model presets (against a rebuild from its streams)',
      'ok    read model uploads (against a rebuild from its streams)',
      'FAIL  read model generations (against a rebuild from its streams)',
      '      generations: 1 rows that the log does not explain, 1 rows missing',
      'ok    read model batches (against a rebuild from its streams)',
      'ok    projection prompt_cache (against a rebuild from the log)',
      'ok    projection statistics (against a rebuild from the log)',
      'ok    projection suggestions (against a rebuild from the log)',
      'ok    projection monitoring (against a rebuild from the log)',
      'ok    projection history (against a rebuild from the log)',
      '1 of 16 checks failed.',
      '',
    ]);
    expect(await cli('rebuild', 'generations')).toMatchObject({ code: 0, stdout: 'Rebuilt generations.\n' });
    expect((await cli('verify')).code).toBe(0);
  });

  it('holds batches against their streams too, and a rebuild puts them right', async () => {
    const { body } = await suite.api.post('/api/generate/batch', {
      requests: [OK, { ...OK, model: 'simulator/fail-moderated' }, OK],
      parallel: false,
      continue_on_error: false,
    });
    expect(body).toMatchObject({ status: 'failed', successful: 1, failed: 2 });
    await suite.database.pool.query("update batches set status = 'completed', successful = 3, failed = 0");
    const broken = await cli('verify');
    expect(broken.stdout).toContain('batches: 1 rows that the log does not explain, 1 rows missing');
    expect((await cli('rebuild', 'batches')).code).toBe(0);
    expect((await cli('verify')).code).toBe(0);
    const { batch_id: id } = body;
    expect((await suite.api.get(`/api/generate/batch/${String(id)}`)).body).toEqual(body);
    // Three starts of the program on a busy machine.
  }, 90_000);
});

describe('cli', () => {
  it.each([[[]], [['rebuild']], [['erase', 'everything']]])(
    'shows how it is used after %j and ends with 2',
    async (words) => {
      const { code, stderr } = await cli(...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining('Usage: npm run cli -- <command>')]);
    },
  );

  it('names the read models that there are where it is asked for another', async () => {
    const { code, stderr } = await cli('rebuild', 'nothing');
    expect([code, stderr]).toEqual([
      1,
      'No read model is called nothing; there are: prompt_cache_clearings, presets, uploads, generations, batches, prompt_cache, statistics, suggestions, monitoring, history.\n',
    ]);
  });
});
