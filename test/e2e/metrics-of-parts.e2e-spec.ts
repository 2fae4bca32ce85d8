import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { risen, series } from '../support/scraped.js';

describe('/metrics of the parts of the platform', () => {
  let suite: DarkroomSuite;

  beforeAll(async () => {
    suite = await DarkroomSuite.start();
  });
  afterAll(() => suite.stop());

  const rises = (name: string, work: () => Promise<unknown>): Promise<Record<string, number>> =>
    risen(suite.process.opsUrl, name, work);

  describe('of the prompt cache', () => {
    const looked = (tier: string, result: string): string => series('darkroom_cache_requests_total', { tier, result });
    const fared = (result: string): string => series('darkroom_cache_results_total', { result });
    const cacheable = { ...OK, use_cache: true };

    it('counts each look into a tier: into the next one only where the one before had nothing', async () => {
      const asked = { ...cacheable, prompt: 'looks of three requests' };
      const thrice = async (): Promise<void> => {
        for (let time = 0; time < 3; time += 1) expect((await suite.generate(asked)).status).toBe(200);
      };
      expect(await rises('darkroom_cache_requests_total', thrice)).toEqual({
        [looked('memory', 'miss')]: 2,
        [looked('database', 'miss')]: 1,
        [looked('database', 'hit')]: 1,
        [looked('memory', 'hit')]: 1,
      });
    });

    it('counts a run that completed by what the cache did for it', async () => {
      const once = { ...cacheable, prompt: 'a result that is made once' };
      const shared = { ...cacheable, prompt: 'a result that two wait for', model: 'simulator/slow-5s' };
      const four = async (): Promise<void> => {
        await suite.generate({ ...once, use_cache: false });
        await suite.generate(once);
        await suite.generate(once);
        const both = [await suite.begin(shared), await suite.begin(shared)];
        for (const { run_id } of both) expect((await suite.ended(run_id)).status).toBe('completed');
      };
      expect(await rises('darkroom_cache_results_total', four)).toEqual({
        [fared('bypass')]: 1,
        [fared('miss')]: 2,
        [fared('hit')]: 1,
        [fared('joined')]: 1,
      });
    });
  });
});
