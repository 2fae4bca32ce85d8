import { randomUUID } from 'node:crypto';
import { DecisionHandler } from '../../src/eventsourcing/decision-handler.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import type { EventStore } from '../../src/eventsourcing/event-store.js';
import { compareInlineRows, rebuildInlineRows } from '../../src/eventsourcing/inline-rows.js';
import { PostgresEventStore } from '../../src/eventsourcing/postgres-event-store.js';
import { EventTypes } from '../../src/eventsourcing/upcaster.js';
import type { GenerationCommand } from '../../src/generation/generation.commands.js';
import type { Generation } from '../../src/generation/generation-state.policy.js';
import { GENERATION_EVENTS, type GenerationEvent } from '../../src/generation/generation.events.js';
import { GENERATION_KIND, GENERATION_ROWS } from '../../src/generation/generation.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, noted, times, upTo } from '../support/event-samples.js';
import { artifactOf, please, WORKER } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';

describe('inline rows', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  let generations: DecisionHandler<Generation, GenerationCommand, GenerationEvent>;

  beforeEach(async () => {
    database = await freshDatabase();
    // Few connections, so that a session that compared is the one that appends next.
    process = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS], poolSize: 3 });
    generations = new DecisionHandler(process.store, GENERATION_KIND);
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
  });

  const decide = (runId: string, ...commands: readonly GenerationCommand[]): Promise<unknown> =>
    commands.reduce<Promise<unknown>>(
      (before, command) => before.then(() => generations.decide(runId, command, { metadata: METADATA })),
      Promise.resolve(),
    );
  const rows = async (table: string): Promise<Record<string, unknown>[]> =>
    (await database.pool.query<Record<string, unknown>>(`select * from ${table} order by 1`)).rows;
  const compare = (): Promise<unknown> => compareInlineRows(process.pool, process.store, GENERATION_ROWS);
  /** Runs in every status, one of them with two pictures. */
  const makeRuns = async (): Promise<string[]> => {
    const ids = upTo(5).map(() => randomUUID());
    const [waiting = '', running = '', retried = '', completed = '', cancelled = ''] = ids;
    const artifacts = [0, 1].map((variant) => ({ ...artifactOf(variant), id: randomUUID() }));
    await Promise.all([
      decide(waiting, please.create()),
      decide(running, please.create(), please.start(), please.recordSubmission()),
      decide(retried, please.create(), please.start(), please.fail()),
      decide(completed, please.create(), please.start(), please.complete({ artifacts })),
      decide(cancelled, please.create(), please.cancel()),
    ]);
    return ids;
  };

  it('are written with the append that changes the stream', async () => {
    const runId = randomUUID();
    await decide(runId, please.create());
    expect(await rows('generations')).toMatchObject([
      {
        run_id: runId,
        id: '1',
        version: 1,
        status: 'pending',
        prompt: 'A lighthouse at dusk',
        artifacts: [],
        error: null,
      },
    ]);
    await decide(runId, please.start(), please.complete());
    expect(await rows('generations')).toMatchObject([
      { run_id: runId, id: '1', version: 4, status: 'completed', attempt: 1, cost_usd: '0.010000', worker_id: null },
    ]);
    expect(await rows('artifacts')).toMatchObject([{ run_id: runId, variant: 0, bytes: '12345' }]);
  });

  it('are not written by an append that conflicts, in the very group of one that does not', async () => {
    const [taken, free] = [randomUUID(), randomUUID()];
    await decide(taken, please.create());
    const event = {
      type: 'GenerationStarted',
      data: { attempt: 1, worker_id: WORKER, started_at: '2026-01-01T10:00:01Z' },
    };
    const append = (streamId: string, status: string) =>
      process.store.append({
        streamId,
        streamType: 'generation',
        expectedVersion: 7,
        events: [{ ...noted(0), event }],
        inlineRows: { generation_change: [{ status, attempt: 9, cached: false, artifacts: [] }] },
      });
    const [outcome] = await Promise.all([append(taken, 'processing'), decide(free, please.create())]);
    expect(outcome).toEqual({ outcome: 'conflict', version: 1 });
    expect((await rows('generations')).map(({ status, version }) => [status, version])).toEqual([
      ['pending', 1],
      ['pending', 1],
    ]);
  });

  it('that cannot be written take the events back with them, and fail alone in their group', async () => {
    const [bad, good] = [randomUUID(), randomUUID()];
    const broken = process.store.append({
      streamId: bad,
      streamType: 'generation',
      expectedVersion: 0,
      events: [{ ...noted(0), event: { type: 'GenerationCancelled', data: {} } }],
      inlineRows: { generation: [{ type: null }] },
    });
    const [refused] = await Promise.allSettled([broken, decide(good, please.create())]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: '23502' } });
    expect(await process.store.readStream(bad)).toEqual([]);
    expect(await process.store.head()).toBe(1);
    expect((await rows('generations')).map(({ run_id }) => run_id)).toEqual([good]);
  });

  describe('compared with their streams', () => {
    it('do not differ, in any status, also when asked again on the same connections between appends', async () => {
      await times(3, async () => {
        await makeRuns();
        expect(await compare()).toEqual([]);
      });
      expect(await rows('generations')).toHaveLength(15);
    });

    it('do not differ while appends go on, which wait for nothing', async () => {
      let comparing = true;
      let made = 0;
      const appendAlong = async (): Promise<void> => {
        while (comparing || made === 0) {
          await makeRuns();
          made += 1;
        }
      };
      const appending = appendAlong();
      await times(5, async () => {
        expect(await compare()).toEqual([]);
      });
      comparing = false;
      await appending;
      expect(made).toBeGreaterThan(1);
      expect(await compare()).toEqual([]);
    });

    it('show what was planted and nothing else, and are left as they are', async () => {
      const [waiting] = await makeRuns();
      await database.pool.query("update generations set prompt = 'forged' where run_id = $1", [waiting]);
      await database.pool.query('delete from artifacts where variant = 1');
      const before = await rows('generations');
      await times(2, async () => {
        expect(await compare()).toEqual([
          { table: 'generations', unexpected: 1, missing: 1 },
          { table: 'artifacts', unexpected: 0, missing: 1 },
        ]);
      });
      expect(await rows('generations')).toEqual(before);
      expect(await rows('artifacts')).toHaveLength(1);
      expect((await database.pool.query("select from pg_namespace where nspname like 'rebuild%'")).rows).toEqual([]);
    });

    it('show a row whose stream does not exist', async () => {
      await makeRuns();
      await database.pool.query('update generations set run_id = gen_random_uuid() where status = $1', ['cancelled']);
      expect(await compare()).toEqual([{ table: 'generations', unexpected: 1, missing: 1 }]);
    });
  });

  describe('are restored by a rebuild', () => {
    const forge = (): Promise<unknown> =>
      database.pool.query(`
        update generations set prompt = 'forged' where status <> 'cancelled';
        update generations set run_id = gen_random_uuid() where status = 'cancelled';
        delete from artifacts where variant = 0;
        insert into artifacts select gen_random_uuid(), gen_random_uuid(), 0, 'image/png', 8, 8, 8, '', 8`);
    const rebuild = (store: EventStore = process.store): Promise<void> =>
      rebuildInlineRows(process.pool, store, GENERATION_ROWS);

    it('with every row that the log explains, and no other', async () => {
      await makeRuns();
      const [generationsBefore, artifactsBefore] = [await rows('generations'), await rows('artifacts')];
      await forge();
      await rebuild();
      expect(await rows('generations')).toEqual(generationsBefore);
      expect(await rows('artifacts')).toEqual(artifactsBefore);
    });

    it('over more streams than fit on a page', async () => {
      await times(12, () => Promise.all(upTo(100).map(() => decide(randomUUID(), please.create()))));
      await forge();
      // A row of the first page stands on the last one.
      await database.pool.query(
        `update generations set run_id = 'ffffffff-ffff-ffff-ffff-fffffffffff0'
          where run_id = (select run_id from generations order by run_id limit 1)`,
      );
      await rebuild();
      expect(await compare()).toEqual([]);
      expect(await rows('generations')).toHaveLength(1_200);
    });

    it('that holds no append up while it reads the streams, and takes in what changes meanwhile', async () => {
      const [waiting = ''] = await makeRuns();
      await forge();
      /** Runs begin and go on between the reading of a history and the writing of its row. */
      class EventfulStore extends PostgresEventStore {
        private happened = false;
        override async readStream(streamId: string, afterVersion?: number): Promise<RecordedEvent[]> {
          const history = await super.readStream(streamId, afterVersion);
          if (!this.happened) {
            this.happened = true;
            await decide(randomUUID(), please.create(), please.start());
            await decide(waiting, please.start());
          }
          return history;
        }
      }
      await rebuild(new EventfulStore(process.pool, new EventTypes([GENERATION_EVENTS])));
      expect(await compare()).toEqual([]);
      expect((await rows('generations')).map(({ status }) => status).sort()).toEqual(
        ['cancelled', 'completed', 'pending', 'processing', 'processing', 'processing'].sort(),
      );
    });

    it('beside appends and another rebuild, which corrupt nothing', async () => {
      await makeRuns();
      await forge();
      let rebuilding = true;
      const appendAlong = async (): Promise<void> => {
        while (rebuilding) await makeRuns();
      };
      const appending = appendAlong();
      await Promise.all([rebuild(), rebuild()]);
      rebuilding = false;
      await appending;
      expect(await compare()).toEqual([]);
    });
  });
});
