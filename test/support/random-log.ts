import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import type { GenerationCommand, SharedResult } from '../../src/generation/generation.commands.js';
import { generationDecider } from '../../src/generation/generation.decider.js';
import type { Generation } from '../../src/generation/generation-state.policy.js';
import { AttemptLost, GenerationConflict } from '../../src/generation/generation.errors.js';
import type { Artifact, GenerationEvent, GenerationOrder } from '../../src/generation/generation.events.js';
import { artifactOf, orderOf, OTHER_WORKER, please, sharedResult, WORKER } from './generations.js';

type Kind =
  | ('create' | 'start' | 'submit' | 'resume' | 'store' | 'fail' | 'give up' | 'complete' | 'cancel' | 'retry')
  | ('answer from cache' | 'join' | 'share' | 'share failure' | 'release');

/** What happens next, to one of the runs that there are. */
export interface RandomStep {
  readonly run: number;
  readonly kind: Kind;
  readonly order: Partial<GenerationOrder>;
  readonly costMicros: number;
  /** Milliseconds since the step before. */
  readonly elapsed: number;
}

const randomStep: fc.Arbitrary<RandomStep> = fc.record({
  run: fc.nat(),
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant('create' as const) },
    { weight: 8, arbitrary: fc.constant('start' as const) },
    { weight: 6, arbitrary: fc.constantFrom('store' as const, 'fail' as const, 'complete' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'submit' as const,
        'resume' as const,
        'give up' as const,
        'cancel' as const,
        'retry' as const,
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'answer from cache' as const,
        'join' as const,
        'share' as const,
        'share failure' as const,
        'release' as const,
      ),
    },
  ),
  order: fc.record(
    {
      user_id: fc.integer({ min: 1, max: 3 }),
      project_id: fc.option(fc.integer({ min: 1, max: 2 }), { nil: null }),
      mode: fc.constantFrom('ai', 'manual'),
      provider: fc.constantFrom('builtin', 'simulator'),
      // Words that an object has a meaning for.
      model: fc.constantFrom('studio', 'ok', '__proto__', 'constructor'),
      preset: fc.constantFrom(null, 'anime_style', 'toString'),
      visual: fc.constantFrom({}, { style: 'cinematic' }, { style: 'editorial', lighting: 'soft' }),
      prompt: fc.constantFrom(
        'A lighthouse at dusk',
        'Ein LEUCHTTURM 100% _im_ Sturm',
        'Crème brûlée',
        '灯台と海',
        'a\\b%_',
      ),
      max_retries: fc.integer({ min: 0, max: 2 }),
    },
    // Events of before there were presets have none.
    { requiredKeys: ['user_id', 'project_id', 'mode', 'provider', 'model', 'visual', 'prompt', 'max_retries'] },
  ),
  costMicros: fc.integer({ min: 0, max: 3_000_000 }),
  elapsed: fc.oneof({ weight: 9, arbitrary: fc.nat(90_000) }, { weight: 1, arbitrary: fc.nat(172_800_000) }),
});

/** Random steps, to be lived through with `liveThrough`. */
export const randomSteps = (maxLength = 120, minLength = 0): fc.Arbitrary<readonly RandomStep[]> =>
  fc.array(randomStep, { minLength, maxLength, size: 'max' });

/** A log of so many steps that is the same for the same seed, but for the ids. */
export const sampleLog = (length: number, seed: number): RandomLog => {
  const [steps = []] = fc.sample(randomSteps(length, length), { numRuns: 1, seed });
  return liveThrough(steps);
};

type Situation = RandomStep & { readonly state: Generation; readonly now: Date };

const isCreation = ({ kind }: RandomStep): boolean => kind === 'create' || kind === 'answer from cache';

/** No two runs have the same artifact. */
const artifacts = (): Artifact[] => [{ ...artifactOf(), id: uuidv7() }];

/** One of those that are not the last to come. */
const variant = (number: number): Artifact => ({ ...artifactOf(1 + (number % 3)), id: uuidv7() });

const takenFrom = (kind: SharedResult['kind'], { costMicros }: RandomStep): SharedResult => ({
  ...sharedResult(kind),
  saved_usd: costMicros / 1_000_000,
  artifacts: artifacts(),
});

const sharingCommandOf = (step: Situation): GenerationCommand | null => {
  const { kind, order, state, now } = step;
  switch (kind) {
    case 'answer from cache':
      return please.answerFromCache({ order: orderOf(order), result: takenFrom('cache', step), now });
    case 'join':
      return please.join({ now });
    case 'share':
      return please.shareResult({
        result: takenFrom(state.status === 'pending' && state.joinedTo !== null ? 'joined' : 'cache', step),
        now,
      });
    case 'share failure':
      return please.shareFailure({ now });
    case 'release':
      return please.release({ now });
    default:
      return null;
  }
};

const attemptCommandOf = ({ kind, run, costMicros, state, now }: Situation): GenerationCommand | null => {
  const attempt = state.status === 'none' ? 1 : state.run.attempt;
  const workerId = state.status === 'processing' ? state.workerId : WORKER;
  switch (kind) {
    case 'start':
      return please.start({ attempt, workerId, now });
    case 'submit':
      return please.recordSubmission({ attempt, workerId, now });
    case 'resume':
      return please.resume({ attempt, previousWorkerId: workerId, workerId: OTHER_WORKER, now });
    case 'store':
      return please.recordArtifact({ attempt, workerId, costUsd: costMicros / 1_000_000, artifact: variant(run), now });
    case 'fail':
      return please.fail({ attempt, workerId, now });
    case 'give up':
      return please.fail({ attempt, workerId, category: 'moderated', now });
    case 'complete':
      return please.complete({ attempt, workerId, costUsd: costMicros / 1_000_000, artifacts: artifacts(), now });
    default:
      return null;
  }
};

const callersCommandOf = ({ kind, order, now }: Situation): GenerationCommand | null => {
  if (kind === 'create') return please.create({ order: orderOf(order), now });
  if (kind === 'cancel') return please.cancel(now);
  return kind === 'retry' ? please.retry(now) : null;
};

const commandOf = (step: Situation): GenerationCommand => {
  const command = callersCommandOf(step) ?? attemptCommandOf(step) ?? sharingCommandOf(step);
  if (command === null) throw new Error(`Nobody knows how to ${step.kind}`);
  return command;
};

/** One run of a random log. */
export interface RandomRun {
  readonly runId: string;
  /** Position of its first event. */
  readonly id: number;
  readonly state: Exclude<Generation, { status: 'none' }>;
}

export interface RandomLog {
  readonly events: readonly RecordedEvent<GenerationEvent>[];
  readonly runs: readonly RandomRun[];
}

const FIRST_MOMENT = Date.parse('2026-03-01T22:00:00.000Z');

/** The events of many runs, one among the other, as the log would hold them. */
export const liveThrough = (steps: readonly RandomStep[]): RandomLog => {
  const events: RecordedEvent<GenerationEvent>[] = [];
  const streams: Stream[] = [];
  let now = FIRST_MOMENT;
  for (const each of steps) {
    now += each.elapsed;
    if (isCreation(each))
      streams.push({ runId: uuidv7(), id: events.length + 1, version: 0, state: generationDecider.initialState });
    const stream = isCreation(each) ? streams.at(-1) : streams[each.run % Math.max(1, streams.length)];
    if (!stream) continue;
    for (const event of decided(commandOf({ ...each, state: stream.state, now: new Date(now) }), stream.state)) {
      stream.version += 1;
      stream.state = generationDecider.evolve(stream.state, event);
      events.push(recordedAs(event, stream.runId, stream.version, events.length + 1));
    }
  }
  return { events, runs: streams.flatMap(({ state, ...run }) => (state.status === 'none' ? [] : [{ ...run, state }])) };
};

interface Stream {
  readonly runId: string;
  readonly id: number;
  version: number;
  state: Generation;
}

/** What the decider refuses does not happen. */
const decided = (command: GenerationCommand, state: Generation): readonly GenerationEvent[] => {
  try {
    return generationDecider.decide(command, state);
  } catch (error) {
    if (error instanceof AttemptLost || error instanceof GenerationConflict) return [];
    throw error;
  }
};

const recordedAs = (
  event: GenerationEvent,
  streamId: string,
  version: number,
  position: number,
): RecordedEvent<GenerationEvent> => ({
  // The log holds JSON, which knows no undefined.
  ...(JSON.parse(JSON.stringify(event)) as GenerationEvent),
  id: uuidv7(),
  streamId,
  streamType: 'generation',
  version,
  position,
  metadata: { correlation_id: streamId, causation_id: streamId, actor: 'user:1' },
  recordedAt: new Date(FIRST_MOMENT).toISOString(),
});

/** Cuts a list at random places. */
export const cutAt = <T>(list: readonly T[], places: readonly number[]): (readonly T[])[] => {
  const cuts = [...new Set(places.map((place) => place % (list.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts]
    .map((from, index) => list.slice(from, cuts[index] ?? list.length))
    .filter((part) => part.length > 0);
};
