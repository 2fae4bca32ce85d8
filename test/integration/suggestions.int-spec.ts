import type { RecordedEvent, ReplayedEvent } from '../../src/eventsourcing/event.js';
import type { Transaction } from '../../src/eventsourcing/projection.js';
import { compareWithRebuild, rebuildProjection } from '../../src/eventsourcing/rebuild.js';
import { projectionSubscriber } from '../../src/eventsourcing/subscribers.js';
import { GENERATION_EVENTS, type GenerationEvent } from '../../src/generation/generation.events.js';
import { AcceptedTerms } from '../../src/suggestions/acceptances.store.js';
import { SuggestionIndex } from '../../src/suggestions/autocomplete.policy.js';
import { ALL_SUGGESTIONS } from '../../src/suggestions/suggestions.data.js';
import { SuggestionsProjection } from '../../src/suggestions/suggestions.projection.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { happened, recorded } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { sampleLog, type RandomLog } from '../support/random-log.js';
import { appendLog } from '../support/read-side.js';
import { until } from '../support/until.js';

/** Prompts, and the terms that stand in them. */
const PROMPTS: readonly (readonly [prompt: string, ...terms: string[]])[] = [
  ['A lighthouse at dusk'],
  ['A fox, OIL PAINTING, golden-hour lighting', 'oil painting', 'golden hour lighting'],
  ['oil painting of oil paintings', 'oil painting'],
  ['a bar in neon light, professional', 'neon lights', 'professional'],
  ['oil, painting; wide, angle lens'],
];

let database: TestDatabase;
const processes: KernelProcess[] = [];

const open = (batchSize = 100): KernelProcess => {
  const kernel = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS], batchSize });
  processes.push(kernel);
  return kernel;
};

const following = async (batchSize?: number, projection = new SuggestionsProjection()): Promise<KernelProcess> => {
  const kernel = open(batchSize);
  kernel.subscriptions.addProjection(projection);
  return kernel.start();
};

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((kernel) => kernel.close()));
  await database.drop();
});

interface Log {
  readonly events: readonly RecordedEvent<GenerationEvent>[];
  /** In how many completed runs each term stands, told from the runs at their end. */
  readonly acceptances: ReadonlyMap<string, number>;
  /** Runs with terms that may still complete. */
  readonly open: readonly string[];
}

/** A random log whose runs have these prompts in turn. */
const logOf = (length: number, seed = 3): Log => {
  const { events, runs }: RandomLog = sampleLog(length, seed);
  const prompts = new Map(runs.map(({ runId }, place) => [runId, PROMPTS[place % PROMPTS.length] ?? ['']]));
  const acceptances = new Map<string, number>();
  for (const { runId, state } of runs) {
    const [, ...terms] = prompts.get(runId) ?? [];
    if (state.status === 'completed') for (const term of terms) acceptances.set(term, (acceptances.get(term) ?? 0) + 1);
  }
  const mayComplete = runs.filter(({ state: { status } }) => status !== 'completed' && status !== 'cancelled');
  return {
    events: events.map((event) =>
      event.type === 'GenerationCreated'
        ? { ...event, data: { ...event.data, prompt: prompts.get(event.streamId)?.[0] ?? '' } }
        : event,
    ),
    acceptances,
    open: mayComplete
      .map(({ runId }) => runId)
      .filter((runId) => (prompts.get(runId)?.length ?? 0) > 1)
      .sort(),
  };
};

const caughtUp = ({ store }: KernelProcess): Promise<void> =>
  until(
    'the projection is at the head',
    async () => {
      const { rows } = await database.pool.query<{ position: number }>(
        "select position::int from subscriptions where name = 'suggestions'",
      );
      return rows[0]?.position === (await store.head());
    },
    20_000,
  );

const storedAcceptances = async (): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await database.pool.query<{ term: string; runs: number }>(
    'select term, runs::int from suggestion_acceptances',
  );
  return new Map(rows.map(({ term, runs }) => [term, runs]));
};

const openRuns = async (): Promise<readonly string[]> => {
  const { rows } = await database.pool.query<{ run_id: string }>('select run_id from suggestion_runs order by run_id');
  return rows.map(({ run_id }) => run_id);
};

/** Every third batch loses its connection when all is written and nothing committed. */
class DyingProjection extends SuggestionsProjection {
  batches = 0;

  override async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    await super.apply(events, transaction);
    this.batches += 1;
    if (this.batches % 3 === 0 && this.batches < 15)
      await transaction.query('select pg_terminate_backend(pg_backend_pid())');
  }
}

describe('the acceptances of the built-in terms', () => {
  it.each([1, 7, 1_000])('are those of looking at each run at its end, in batches of %d', async (batchSize) => {
    const log = logOf(300);
    const kernel = open(batchSize);
    await appendLog(kernel.store, log.events);
    kernel.subscriptions.addProjection(new SuggestionsProjection());
    await kernel.start();
    await caughtUp(kernel);
    expect(await storedAcceptances()).toEqual(log.acceptances);
    expect(await openRuns()).toEqual(log.open);
    expect([...log.acceptances.keys()].sort()).toEqual([
      'golden hour lighting',
      'neon lights',
      'oil painting',
      'professional',
    ]);
    expect(log.open.length).toBeGreaterThan(0);
  });

  it('are the same when they are built anew', async () => {
    const log = logOf(300);
    const kernel = await following(5);
    await appendLog(kernel.store, log.events);
    await caughtUp(kernel);
    expect(await compareWithRebuild(kernel.pool, kernel.store, new SuggestionsProjection())).toEqual([]);
  });

  it('count each run once although the connection dies in the middle of batches', async () => {
    const log = logOf(300);
    const projection = new DyingProjection();
    const kernel = open(10);
    await appendLog(kernel.store, log.events);
    kernel.subscriptions.addProjection(projection);
    await kernel.start();
    await caughtUp(kernel);
    expect(projection.batches).toBeGreaterThanOrEqual(14);
    expect(await storedAcceptances()).toEqual(log.acceptances);
    expect(await openRuns()).toEqual(log.open);
  });

  it('are not written a second time for a batch that was counted before', async () => {
    const log = logOf(100);
    const kernel = open();
    await appendLog(kernel.store, log.events);
    const projection = new SuggestionsProjection();
    await database.pool.query("insert into subscriptions (name, version, position) values ('suggestions', 1, 0)");
    const subscriber = projectionSubscriber(kernel.pool, projection, () => Promise.resolve());
    const handled: readonly string[] = projection.handles;
    const relevant = log.events.filter(({ type }) => handled.includes(type));
    const span = { from: 0, to: log.events.length };
    await subscriber.handle(relevant, span);
    await expect(subscriber.handle(relevant, span)).rejects.toThrow(/no longer at 0/);
    expect(await storedAcceptances()).toEqual(log.acceptances);
  });

  it('come back right from a rebuild while more happens, whatever was done to them', async () => {
    const log = logOf(600);
    const half = Math.floor(log.events.length / 2);
    const kernel = await following(20);
    await appendLog(kernel.store, log.events.slice(0, half));
    await caughtUp(kernel);
    await database.pool.query('update suggestion_acceptances set runs = runs + 1; delete from suggestion_runs');
    const { pool, store } = open();
    await Promise.all([
      rebuildProjection(pool, store, new SuggestionsProjection()),
      appendLog(kernel.store, log.events, half),
    ]);
    await caughtUp(kernel);
    expect(await storedAcceptances()).toEqual(log.acceptances);
    expect(await openRuns()).toEqual(log.open);
  });

  it('leave no row for runs without terms', async () => {
    const kernel = await following();
    const events = recorded(happened.created(), happened.started(), happened.completed());
    await appendLog(
      kernel.store,
      events.map((event, place) => ({ ...event, position: place + 1 })),
    );
    await caughtUp(kernel);
    expect([await storedAcceptances(), await openRuns()]).toEqual([new Map(), []]);
  });
});

describe('the standing of the terms', () => {
  const index = new SuggestionIndex(ALL_SUGGESTIONS);

  const listening = async (kernel: KernelProcess): Promise<AcceptedTerms> => {
    const accepted = new AcceptedTerms(kernel.pool, kernel.tail, index);
    accepted.onModuleInit();
    await kernel.tail.start();
    return accepted;
  };
  const first = async (accepted: AcceptedTerms): Promise<string | undefined> =>
    index.find('', 1, await accepted.current())[0]?.suggestion.text;

  it('follows runs of other processes, also where the projection takes them in late', async () => {
    const kernel = open();
    const accepted = await listening(kernel);
    expect(await first(accepted)).toBe('8k uhd');
    const other = open();
    const { events, acceptances } = logOf(100);
    await appendLog(other.store, events);
    // It has looked and has found nothing yet.
    await until('the process has heard of them', async () => kernel.tail.head === (await other.store.head()));
    other.subscriptions.addProjection(new SuggestionsProjection());
    await other.start();
    await until('what was accepted most comes first', async () => (await first(accepted)) === 'oil painting');
    expect(Math.max(...acceptances.values())).toBe(acceptances.get('oil painting'));
    await accepted.onApplicationShutdown();
  });

  it('is asked for again where the first question failed', async () => {
    const kernel = open();
    const accepted = await listening(kernel);
    await database.pool.query('alter table suggestion_acceptances rename to away');
    await expect(accepted.current()).rejects.toThrow(/suggestion_acceptances/);
    await database.pool.query('alter table away rename to suggestion_acceptances');
    expect(await first(accepted)).toBe('8k uhd');
    await accepted.onApplicationShutdown();
  });
});
