import fc from 'fast-check';
import {
  CANCELLED,
  COMPLETED,
  FAILED,
  NOT_STARTED,
  batchOf,
  cancelBatch,
  endItems,
} from '../../test/support/batches.js';
import { NOW } from '../../test/support/generations.js';
import { fold } from '../eventsourcing/decider.js';
import type { BatchCommand, Outcome } from './batch.commands.js';
import { batchDecider, type Batch } from './batch.decider.js';
import { BatchConflict } from './batch.errors.js';
import type { BatchEvent } from './batch.events.js';
import { BATCH_KIND } from './batch.store.js';
import { dueItems, openItems } from './due-items.policy.js';

/** The life of a batch as its surroundings give it: which item ends next and how, and when somebody cancels. */
interface Step {
  /** Chooses among the items that run. */
  readonly choice: number;
  readonly outcome: Outcome;
  readonly cancels: boolean;
  /** The news of it comes twice. */
  readonly twice: boolean;
}

const life = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  parallel: fc.boolean(),
  continueOnError: fc.boolean(),
  steps: fc.array(
    fc.record({
      choice: fc.nat(),
      outcome: fc.oneof({ weight: 3, arbitrary: fc.constant(COMPLETED) }, fc.constantFrom(FAILED, CANCELLED)),
      cancels: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
      twice: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
});

/** A batch with the runs that were made for it, as run-batch.reactor.ts makes and stops them. */
class Played {
  readonly history: BatchEvent[] = [];
  state: Batch = batchDecider.initialState;
  readonly running = new Set<number>();
  readonly begun: number[] = [];
  mostAtOnce = 0;

  tell(command: BatchCommand): void {
    try {
      const events = batchDecider.decide(command, this.state);
      this.history.push(...events);
      this.state = events.reduce(batchDecider.evolve, this.state);
    } catch (error) {
      if (!(error instanceof BatchConflict)) throw error;
    }
  }

  react(): void {
    for (const { index } of dueItems(this.state)) {
      if (!this.running.has(index)) this.begun.push(index);
      this.running.add(index);
    }
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running.size);
    if (this.state.status !== 'running' || !this.state.stopped) return;
    const absent = openItems(this.state).filter(({ index }) => !this.running.has(index));
    this.tell(endItems(...absent.map(({ index }) => [index, NOT_STARTED] as const)));
  }

  step({ choice, outcome, cancels, twice }: Step): void {
    const running = [...this.running];
    const index = running[choice % Math.max(1, running.length)];
    if (cancels) this.tell(cancelBatch());
    else if (index !== undefined) {
      this.running.delete(index);
      for (let times = twice ? 2 : 1; times > 0; times--) this.tell(endItems([index, outcome]));
    }
    this.react();
  }
}

const play = ({
  size,
  parallel,
  continueOnError,
  steps,
}: typeof life extends fc.Arbitrary<infer L> ? L : never): Played => {
  const played = new Played();
  const order = batchOf(size, { parallel, continue_on_error: continueOnError });
  played.tell({ type: 'CreateBatch', order, now: NOW });
  played.react();
  for (const step of steps) played.step(step);
  return played;
};

/** The runs that are still there end in the end. */
const finish = (played: Played): void => {
  while (played.running.size > 0) played.step({ choice: 0, outcome: COMPLETED, cancels: false, twice: false });
};

describe('a batch, whatever happens to its runs', () => {
  it('always ends once its runs have, with an end for each item', () => {
    fc.assert(
      fc.property(life, (each) => {
        const played = play(each);
        finish(played);
        expect(played.state.status).toBe('ended');
        expect(played.history.filter(({ type }) => type === 'BatchItemEnded')).toHaveLength(each.size);
        expect(played.history.filter(({ type }) => type === 'BatchCompleted')).toHaveLength(1);
        expect(played.history.at(-1)?.type).toBe('BatchCompleted');
      }),
    );
  });

  it('begins no item after it was stopped, and none twice', () => {
    fc.assert(
      fc.property(life, (each) => {
        const played = play(each);
        const begun = [...played.begun];
        const wasStopped = played.state.status !== 'none' && played.state.stopped !== null;
        finish(played);
        if (wasStopped) expect(played.begun).toEqual(begun);
        expect(new Set(played.begun).size).toBe(played.begun.length);
      }),
    );
  });

  it('runs one item at a time and in order where it is sequential, and all of them where nothing stops it', () => {
    fc.assert(
      fc.property(life, (each) => {
        const played = play(each);
        finish(played);
        if (!each.parallel) {
          expect(played.mostAtOnce).toBe(1);
          expect(played.begun).toEqual([...played.begun].sort((a, b) => a - b));
        }
        const wasStopped = played.history.some(({ type }) => type === 'BatchStopped');
        if (!wasStopped) expect(played.begun).toHaveLength(each.size);
      }),
    );
  });

  it('is read back as it was, with the counts of its row', () => {
    fc.assert(
      fc.property(life, (each) => {
        const played = play(each);
        expect(fold(batchDecider, played.history)).toEqual(played.state);
        const [row] = BATCH_KIND.inlineRows(played.state, played.history)['batch'] ?? [];
        const count = (completed: boolean): number =>
          played.history.filter(
            (event) => event.type === 'BatchItemEnded' && (event.data.status === 'completed') === completed,
          ).length;
        expect(row).toMatchObject({ successful: count(true), failed: count(false) });
      }),
    );
  });
});
