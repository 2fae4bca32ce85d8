import { link, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOlder, removeUnlessFresh, restoreAll, sweepOlder } from './blob-removal.js';

const MINUTE_MS = 60_000;
const limit = new Date(Date.now() - 60 * MINUTE_MS);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-removal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...names: readonly string[]): string => join(folder, ...names);
const plant = async (path: string, minutesOld: number, content = 'x'): Promise<string> => {
  await writeFile(path, content);
  const then = new Date(Date.now() - minutesOld * MINUTE_MS);
  await utimes(path, then, then);
  return path;
};

describe('a file', () => {
  it('is older when nobody wrote or touched it since then, and not when it is missing', async () => {
    expect(await isOlder(await plant(at('old'), 61), limit)).toBe(true);
    expect(await isOlder(await plant(at('young'), 59), limit)).toBe(false);
    expect(await isOlder(at('missing'), limit)).toBe(false);
    await expect(isOlder(join(await plant(at('file'), 1), 'below'), limit)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('is removed when it is old, and nothing stays aside', async () => {
    expect(await removeUnlessFresh(await plant(at('old'), 61), at('aside', 'old'), limit)).toBe(true);
    expect(await readdir(folder)).toEqual(['aside']);
    expect(await readdir(at('aside'))).toEqual([]);
  });

  it("stays when it is young, and one that is missing is nobody's removal", async () => {
    expect(await removeUnlessFresh(await plant(at('young'), 59), at('aside', 'young'), limit)).toBe(false);
    expect(await removeUnlessFresh(at('missing'), at('aside', 'missing'), limit)).toBe(false);
    expect(await readdir(folder)).toEqual(['young']);
  });

  it('is removed by one of those who come at once, and touched at the same time it is whole afterwards', async () => {
    for (let round = 0; round < 50; round += 1) {
      const path = await plant(at('wanted'), 61);
      const touch = utimes(path, new Date(), new Date()).then(
        () => true,
        () => false,
      );
      const removals = [1, 2, 3].map(() => removeUnlessFresh(path, at('aside', 'wanted'), limit));
      const [isTouched, ...removed] = await Promise.all([touch, ...removals]);
      expect(removed.filter(Boolean).length).toBe(isTouched ? 0 : 1);
      expect(await readFile(path, 'utf8').catch(() => 'gone')).toBe(isTouched ? 'x' : 'gone');
    }
  });
});

describe('what was aside', () => {
  const restore = (): Promise<void> => restoreAll(at('aside'), (name) => at(name));
  beforeEach(() => mkdir(at('aside')));

  it('comes back under its name', async () => {
    await plant(at('aside', 'a'), 61, 'lost');
    await restore();
    expect(await readFile(at('a'), 'utf8')).toBe('lost');
    expect(await readdir(at('aside'))).toEqual([]);
  });

  it('makes way for one that was written anew, which keeps its time', async () => {
    await plant(at('aside', 'a'), 61);
    await plant(at('a'), 1, 'anew');
    await restore();
    expect(await isOlder(at('a'), limit)).toBe(false);
    expect(await readdir(at('aside'))).toEqual([]);
  });

  it('is dropped where a restoration died half-way, after the name and before the rest', async () => {
    await link(await plant(at('aside', 'a'), 61), at('a'));
    await restore();
    expect([await readdir(at('aside')), (await readdir(folder)).sort()]).toEqual([[], ['a', 'aside']]);
  });

  it('may be nothing at all, also without a folder', async () => {
    await rm(at('aside'), { recursive: true });
    await restore();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a folder of temporary files', () => {
  it('loses the old ones, whoever sweeps how often at once', async () => {
    await Promise.all([plant(at('old'), 61), plant(at('older'), 600), plant(at('young'), 1)]);
    await Promise.all([1, 2, 3].map(() => sweepOlder(folder, limit)));
    expect(await readdir(folder)).toEqual(['young']);
    await sweepOlder(at('missing'), limit);
  });
});
