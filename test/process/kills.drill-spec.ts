import { drill, type DrillReport } from '../support/kills/drill.js';
import { Random } from '../support/kills/random.js';
import type { Site } from '../support/kills/site.js';
import { singleProcess } from '../support/kills/single-process.js';

/** A seed of an earlier run plays the same orders and the same kills again; the moments are the machine's own. */
const SEED = Number(process.env['DARKROOM_KILL_SEED'] ?? Date.now() % 1_000_000);
/** With those of the soak, two hundred in a run of the process tests. */
const KILLS = 40;

describe(`kill -9 at random moments under load (seed ${String(SEED)})`, () => {
  let site: Site | null = null;

  const report = ({ table, problems }: DrillReport): void => {
    process.stdout.write(`${table}  seed ${String(SEED)}\n${problems.map((problem) => `  ! ${problem}\n`).join('')}`);
  };

  afterEach(async () => {
    await site?.close();
    site = null;
  });

  it('loses and doubles nothing when the one process with its embedded database is killed', async () => {
    const random = new Random(SEED + 1);
    site = await singleProcess(random.fork());
    const result = await drill(site, random, {
      kills: KILLS,
      seconds: 0,
      clients: 6,
      pace: { perStrike: 4_000, pause: [200, 2_500], boot: 2_500 },
    });
    report(result);
    expect(result.problems).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(KILLS);
  });
});
