import { drill, type DrillReport } from '../support/kills/drill.js';
import { manyProcesses } from '../support/kills/many-processes.js';
import { Random } from '../support/kills/random.js';
import type { Site } from '../support/kills/site.js';

/** A seed of an earlier run plays the same orders and the same faults again; the moments are the machine's own. */
const SEED = Number(process.env['DARKROOM_SOAK_SEED'] ?? Date.now() % 1_000_000);
const MINUTES = Number(process.env['DARKROOM_SOAK_MINUTES'] ?? 3);
const KILLS = Number(process.env['DARKROOM_SOAK_KILLS'] ?? 160);

describe(`everything that goes wrong, at random moments under load (seed ${String(SEED)})`, () => {
  let site: Site | null = null;

  const report = ({ table, problems }: DrillReport): void => {
    process.stdout.write(`${table}  seed ${String(SEED)}\n${problems.map((problem) => `  ! ${problem}\n`).join('')}`);
  };

  afterEach(async () => {
    await site?.close();
    site = null;
  });

  it('loses and doubles nothing when processes are killed and stopped, servers end, the disk is full and clocks jump', async () => {
    const random = new Random(SEED);
    site = await manyProcesses(random.fork());
    const result = await drill(site, random, {
      kills: KILLS,
      seconds: MINUTES * 60,
      clients: 12,
      pace: { perStrike: 1_100, pause: [20, 500], boot: 1_500 },
    });
    report(result);
    expect(result.problems).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(KILLS);
  });
});
