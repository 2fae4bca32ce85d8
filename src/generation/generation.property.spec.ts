import fc from 'fast-check';
import {
  NOW,
  OTHER_WORKER,
  WORKER,
  artifactOf,
  happened,
  orderOf,
  please,
  sharedResult,
} from '../../test/support/generations.js';
import { fold } from '../eventsourcing/decider.js';
import { ERROR_CATEGORIES } from '../providers/image-provider.port.js';
import type { GenerationCommand } from './generation.commands.js';
import { generationDecider } from './generation.decider.js';
import type { Generation } from './generation-state.policy.js';
import { AttemptLost, GenerationConflict, GenerationNotFound } from './generation.errors.js';
import { sumUsd } from './money.policy.js';
import { GENERATION_EVENTS, isTerminal, type GenerationEvent, type GenerationOrder } from './generation.events.js';
import { GENERATION_KIND } from './generation.store.js';

/** A command before the state is known: `lag` and `stranger` say how far off its sender is. */
interface Step {
  readonly type: GenerationCommand['type'];
  /** Distance from the attempt that is due; 0 for a sender that is up to date. */
  readonly lag: number;
  readonly stranger: boolean;
  readonly category: (typeof ERROR_CATEGORIES)[number];
  readonly retryAfterSeconds: number | null;
  readonly variants: number;
  /** Milliseconds since the step before; negative where another machine's clock is behind. */
  readonly elapsed: number;
}

const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.oneof(
    // Weighted so that runs get far: an even choice would cancel nearly all of them at once.
    { weight: 6, arbitrary: fc.constantFrom<Step['type']>('StartAttempt', 'FailAttempt') },
    { weight: 2, arbitrary: fc.constantFrom<Step['type']>('RecordSubmission', 'ResumeAttempt', 'RetryGeneration') },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Step['type']>(
        ...(['CompleteGeneration', 'CancelGeneration', 'CreateGeneration', 'ExpireGeneration'] as const),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Step['type']>(
        ...(['AnswerFromCache', 'JoinGeneration', 'ShareResult', 'ShareFailure', 'ReleaseGeneration'] as const),
      ),
    },
  ),
  lag: mostly(0, -1, 1),
  stranger: mostly(false, true),
  category: fc.constantFrom(...ERROR_CATEGORIES),
  retryAfterSeconds: fc.option(fc.double()),
  variants: fc.integer({ min: 0, max: 4 }),
  elapsed: fc.integer({ min: -1000, max: 100_000 }),
});

const life = fc.record({
  maxRetries: fc.integer({ min: 0, max: 5 }),
  expiresIn: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
  steps: fc.array(step, { maxLength: 40, size: 'max' }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

const commandOf = (each: Step, state: Generation, order: GenerationOrder, now: Date): GenerationCommand => {
  const attempt = (state.status === 'none' ? 1 : state.run.attempt) + each.lag;
  const owner = state.status === 'processing' ? state.workerId : WORKER;
  const workerId = each.stranger ? OTHER_WORKER : owner;
  switch (each.type) {
    case 'CreateGeneration':
      return please.create({ order, now });
    case 'StartAttempt':
      return please.start({ attempt, workerId, now });
    case 'ExpireGeneration':
      return please.expire({ now });
    case 'ResumeAttempt':
      return please.resume({ attempt, previousWorkerId: workerId, workerId: OTHER_WORKER, now });
    case 'RecordSubmission':
      return please.recordSubmission({ attempt, workerId, providerJobId: `job-${String(attempt)}`, now });
    case 'RecordArtifact':
      return please.recordArtifact({ attempt, workerId, artifact: artifactOf(each.variants), now });
    case 'CompleteGeneration':
      return please.complete({
        attempt,
        workerId,
        artifacts: [0, 1, 2, 3].slice(0, each.variants).map(artifactOf),
        now,
      });
    case 'FailAttempt': {
      const { category, retryAfterSeconds } = each;
      return please.fail({ attempt, workerId, category, retryAfterSeconds, now });
    }
    case 'CancelGeneration':
      return please.cancel(now);
    case 'RetryGeneration':
      return please.retry(now);
    case 'AnswerFromCache':
      return please.answerFromCache({ now });
    case 'JoinGeneration':
      return please.join({ now });
    case 'ShareResult':
      return please.shareResult({ now, result: sharedResult(each.stranger ? 'cache' : 'joined') });
    case 'ShareFailure':
      return please.shareFailure({ now, category: each.category });
    case 'ReleaseGeneration':
      return please.release({ now });
    default:
      return each.type satisfies never;
  }
};

const isRefusal = (error: unknown): boolean =>
  error instanceof AttemptLost || error instanceof GenerationConflict || error instanceof GenerationNotFound;

interface Moment {
  readonly state: Generation;
  readonly events: readonly GenerationEvent[];
}

/** Lives through the commands; one that is refused changes nothing. @returns each decision with the state after it. */
const live = ({ maxRetries, expiresIn, steps }: Life): Moment[] => {
  const order = orderOf({ max_retries: maxRetries, ...(expiresIn !== undefined && { expires_in: expiresIn }) });
  let now = NOW;
  let state = generationDecider.initialState;
  const moments: Moment[] = [];
  const obey = (command: GenerationCommand): void => {
    try {
      const events = generationDecider.decide(command, state);
      state = events.reduce(generationDecider.evolve, state);
      moments.push({ state, events });
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  };
  obey(please.create({ order, now }));
  for (const each of steps) {
    now = new Date(now.getTime() + each.elapsed);
    obey(commandOf(each, state, order, now));
  }
  return moments;
};

const historyOf = (moments: readonly Moment[]): GenerationEvent[] => moments.flatMap(({ events }) => [...events]);

/** The rounds of attempts: each but the first begins with a person who asks for another one. */
const roundsOf = (history: readonly GenerationEvent[]): GenerationEvent[][] => {
  const rounds: GenerationEvent[][] = [[]];
  for (const event of history) {
    if (event.type === 'GenerationRetryRequested') rounds.push([]);
    rounds.at(-1)?.push(event);
  }
  return rounds;
};

const costOf = ({ data }: GenerationEvent): number => ('cost_usd' in data ? (data.cost_usd ?? 0) : 0);

const startsOf = (history: readonly GenerationEvent[]): number[] =>
  history.flatMap((event) => (event.type === 'GenerationStarted' ? [event.data.attempt] : []));

const holds = (property: (moments: readonly Moment[], of: Life) => void): void => {
  fc.assert(
    fc.property(life, (of) => {
      property(live(of), of);
    }),
    { numRuns: 100 },
  );
};

describe('whatever is asked of a run', () => {
  it('nothing follows its end but the wish to retry a failure', () => {
    holds((moments) => {
      const history = historyOf(moments);
      history.forEach(({ type }, index) => {
        const next = history[index + 1];
        if (!isTerminal(type) || next === undefined) return;
        expect([type, next.type]).toEqual(['GenerationFailed', 'GenerationRetryRequested']);
      });
    });
  });

  it('a round starts at most 1 + max_retries attempts', () => {
    holds((moments, { maxRetries }) => {
      for (const round of roundsOf(historyOf(moments))) {
        expect(startsOf(round).length).toBeLessThanOrEqual(1 + maxRetries);
      }
    });
  });

  it('attempts are numbered from 1 without a gap and none starts twice', () => {
    holds((moments) => {
      const starts = startsOf(historyOf(moments));
      expect(starts).toEqual(starts.map((_, index) => index + 1));
    });
  });

  it('no attempt starts after the deadline, and nothing else ends a run as expired', () => {
    holds((moments, { expiresIn }) => {
      let deadline = Infinity;
      for (const event of historyOf(moments)) {
        const { type, data } = event;
        const asked = type === 'GenerationCreated' ? data.created_at : null;
        const from = type === 'GenerationRetryRequested' ? data.requested_at : asked;
        if (from !== null && expiresIn !== undefined) deadline = Date.parse(from) + expiresIn * 1000;
        if (type === 'GenerationStarted') expect(Date.parse(data.started_at)).toBeLessThanOrEqual(deadline);
        if (type === 'GenerationFailed' && data.message.includes('was to start within'))
          expect(Date.parse(data.failed_at)).toBeGreaterThan(deadline);
      }
    });
  });

  it('it completes at most once', () => {
    holds((moments) => {
      const ends = historyOf(moments).filter(({ type }) => type === 'GenerationCompleted');
      expect(ends.length).toBeLessThanOrEqual(1);
    });
  });

  it('no variant is stored twice', () => {
    holds((moments) => {
      const variants = historyOf(moments).flatMap((event) =>
        event.type === 'GenerationArtifactStored' ? [event.data.artifact.variant] : [],
      );
      expect(new Set(variants).size).toBe(variants.length);
    });
  });

  it('its ends say to the last millionth what was paid, and what shared results cost is nothing', () => {
    holds((moments) => {
      const state = moments.at(-1)?.state;
      if (!state || !('endedAt' in state)) return;
      const paid = historyOf(moments).flatMap((event) => (isTerminal(event.type) ? [costOf(event)] : []));
      expect(sumUsd(...paid)).toBe(state.run.costUsd);
    });
  });

  it('every event is the same after a trip through JSON, and every time in it is a date', () => {
    holds((moments) => {
      const history = historyOf(moments);
      expect(JSON.parse(JSON.stringify(history))).toEqual(history);
      const times = history.map(({ data }) => Object.entries(data).filter(([field]) => field.endsWith('_at')));
      expect(times.filter((each) => each.length === 0)).toEqual([]);
      for (const [, time] of times.flat()) expect(new Date(String(time)).toISOString()).toBe(time);
    });
  });

  it('deciding on a state read back from its events is deciding on the live one', () => {
    holds((moments) => {
      const history: GenerationEvent[] = [];
      for (const { state, events } of moments) {
        history.push(...events);
        const replayed = fold(generationDecider, JSON.parse(JSON.stringify(history)) as GenerationEvent[]);
        expect(replayed).toEqual(state);
      }
    });
  });

  it('the rows written step by step are the rows of the whole history', () => {
    holds((moments) => {
      let generation = {};
      const artifact: object[] = [];
      const history: GenerationEvent[] = [];
      for (const { state, events } of moments) {
        history.push(...events);
        // A decision without events writes no row.
        const rows = events.length > 0 ? GENERATION_KIND.inlineRows(state, events) : {};
        // A column that a change leaves out becomes null; what was ordered never changes.
        const order = history[0]?.type === 'GenerationCreated' ? { ...history[0].data } : {};
        const change = rows['generation_change']?.[0];
        generation = rows['generation']?.[0] ?? (change ? { ...order, ...change } : generation);
        artifact.push(...(rows['artifact'] ?? []));
        const whole = GENERATION_KIND.inlineRows(fold(generationDecider, history), history);
        expect(whole).toEqual(history.length === 0 ? {} : { generation: [generation], artifact });
      }
    });
  });
});

/** One event of each type; the type of this table leaves none out. */
const EACH: Readonly<Record<GenerationEvent['type'], GenerationEvent>> = {
  GenerationCreated: happened.created(),
  GenerationStarted: happened.started(),
  GenerationSubmitted: happened.submitted(),
  GenerationResumed: happened.resumed(),
  GenerationArtifactStored: happened.stored(),
  GenerationRetried: happened.retried(),
  GenerationCompleted: happened.completed(),
  GenerationFailed: happened.failed(),
  GenerationCancelled: happened.cancelled(),
  GenerationRetryRequested: happened.retryRequested(),
  GenerationJoined: happened.joined(),
  GenerationReleased: happened.released(),
};

describe('evolve', () => {
  it('follows events in any order, even impossible ones, without a complaint', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(EACH)), { maxLength: 20 }), (history) => {
        const state = fold(generationDecider, history);
        const exists = history.some(({ type }) => type === 'GenerationCreated');
        expect(state.status === 'none').toBe(!exists);
      }),
    );
  });

  it('knows every type of event that the log is declared to hold', () => {
    expect([...GENERATION_EVENTS.current].sort()).toEqual(Object.keys(EACH).sort());
  });
});

describe('the random commands', () => {
  it('reach every type of event', () => {
    const seen = new Set(
      fc.sample(life, { numRuns: 200, seed: 1 }).flatMap((of) => historyOf(live(of)).map(({ type }) => type)),
    );
    expect([...seen].sort()).toEqual(Object.keys(EACH).sort());
  });
});
