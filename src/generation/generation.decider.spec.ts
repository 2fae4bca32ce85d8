import {
  NOW,
  OTHER_WORKER,
  TIMES,
  WORKER,
  artifactOf,
  happened,
  orderOf,
  please,
} from '../../test/support/generations.js';
import { specificationOf, type Expectation } from '../eventsourcing/testing/decider-specification.js';
import type { GenerationCommand } from './generation.commands.js';
import type { SharingCommand } from './sharing/sharing.decider.js';
import { generationDecider } from './generation.decider.js';
import type { Generation } from './generation-state.policy.js';
import type { GenerationEvent } from './generation.events.js';

const given = specificationOf(generationDecider);
const now = NOW.toISOString();

type Status = Generation['status'];
type Outcome = readonly [meaning: string, check: (expectation: Expectation<GenerationEvent>) => void];

const { created, started, submitted, resumed, retried, stored, completed, failed, cancelled, retryRequested } =
  happened;

const HISTORIES: Readonly<Record<Status, readonly GenerationEvent[]>> = {
  none: [],
  pending: [created()],
  processing: [created(), started()],
  completed: [created(), started(), stored(), completed()],
  failed: [created(), started(), failed()],
  cancelled: [created(), started(), cancelled()],
};

/** Those about shared results have a specification of their own. */
type Specified = Exclude<GenerationCommand['type'], SharingCommand['type']>;

const COMMANDS: Readonly<Record<Specified, GenerationCommand>> = {
  CreateGeneration: please.create(),
  StartAttempt: please.start(),
  ExpireGeneration: please.expire(),
  ResumeAttempt: please.resume(),
  RecordSubmission: please.recordSubmission(),
  RecordArtifact: please.recordArtifact(),
  CompleteGeneration: please.complete(),
  FailAttempt: please.fail(),
  CancelGeneration: please.cancel(),
  RetryGeneration: please.retry(),
};

const rejects =
  (name: string, code = 'conflict') =>
  (expectation: Expectation<GenerationEvent>): void => {
    expectation.thenRejects({ name, code });
  };
const leadsTo =
  (...events: readonly GenerationEvent[]) =>
  (expectation: Expectation<GenerationEvent>): void => {
    expectation.then(...events);
  };
const conflict = rejects('GenerationConflict');
const lost = rejects('AttemptLost');
const notFound = rejects('GenerationNotFound', 'not_found');

/** What each command means in each status. */
const MEANINGS: Readonly<Record<Specified, Readonly<Record<Status, Outcome>>>> = {
  CreateGeneration: {
    none: [
      'begins the run with its whole order',
      leadsTo({ type: 'GenerationCreated', data: { ...orderOf(), created_at: now } }),
    ],
    pending: ['refuses to begin a run that waits', conflict],
    processing: ['refuses to begin a run that is under way', conflict],
    completed: ['refuses to begin a run that is done', conflict],
    failed: ['refuses to begin a run that failed', conflict],
    cancelled: ['refuses to begin a run that was cancelled', conflict],
  },
  StartAttempt: {
    none: ['refuses a wake-up for a run that was never recorded', lost],
    pending: [
      'gives the attempt to the worker',
      leadsTo({ type: 'GenerationStarted', data: { attempt: 1, worker_id: WORKER, started_at: now } }),
    ],
    processing: ['refuses a second start of the same attempt', lost],
    completed: ['refuses a late wake-up of a run that is done', lost],
    failed: ['refuses a late wake-up of a run that failed', lost],
    cancelled: ['refuses a wake-up that the cancellation overtook', lost],
  },
  ExpireGeneration: {
    none: ['ends no run that was never recorded', lost],
    pending: ['ends no run that may wait for ever', lost],
    processing: ['ends no run that is under way', lost],
    completed: ['ends no run that is done', lost],
    failed: ['ends no run that failed', lost],
    cancelled: ['ends no run that was cancelled', lost],
  },
  ResumeAttempt: {
    none: ['refuses to take over a run that was never recorded', lost],
    pending: ['refuses to take over an attempt that nobody began', lost],
    processing: [
      'gives the attempt of a dead worker to another one',
      leadsTo({
        type: 'GenerationResumed',
        data: { attempt: 1, worker_id: OTHER_WORKER, previous_worker_id: WORKER, resumed_at: now },
      }),
    ],
    completed: ['refuses to take over an attempt that its worker finished after all', lost],
    failed: ['refuses to take over an attempt that failed', lost],
    cancelled: ['refuses to take over an attempt that was cancelled', lost],
  },
  RecordSubmission: {
    none: ['refuses a provider job without a run', lost],
    pending: ['refuses a provider job without a started attempt', lost],
    processing: [
      'records the job id of the provider',
      leadsTo({ type: 'GenerationSubmitted', data: { attempt: 1, provider_job_id: 'job-1', submitted_at: now } }),
    ],
    completed: ['refuses a provider job of a run that is done', lost],
    failed: ['refuses a provider job of a run that failed', lost],
    cancelled: ['refuses a provider job of a run that was cancelled, so that its worker stops it', lost],
  },
  RecordArtifact: {
    none: ['refuses a variant without a run', lost],
    pending: ['refuses a variant of an attempt that nobody began', lost],
    processing: [
      'records the variant with what it cost',
      leadsTo({
        type: 'GenerationArtifactStored',
        data: { attempt: 1, artifact: artifactOf(), stored_at: now, cost_usd: 0.01 },
      }),
    ],
    completed: ['refuses a variant of a run that is done', lost],
    failed: ['refuses a variant of a run that failed', lost],
    cancelled: ['refuses a variant of a run that was cancelled', lost],
  },
  CompleteGeneration: {
    none: ['refuses pictures without a run', lost],
    pending: ['refuses pictures of an attempt that nobody began', lost],
    processing: [
      'records the picture and then the end',
      leadsTo(
        { type: 'GenerationArtifactStored', data: { attempt: 1, artifact: artifactOf(), stored_at: now } },
        {
          type: 'GenerationCompleted',
          data: {
            attempt: 1,
            quality_score: 0.7,
            generation_time: 7199,
            cost_usd: 0.01,
            cached: false,
            completed_at: now,
          },
        },
      ),
    ],
    completed: ['refuses a second completion', lost],
    failed: ['refuses pictures that come after the failure', lost],
    cancelled: ['refuses pictures that come after the cancellation', lost],
  },
  FailAttempt: {
    none: ['refuses a failure without a run', lost],
    pending: ['refuses the failure of an attempt that nobody began', lost],
    processing: [
      'plans the next attempt',
      leadsTo({
        type: 'GenerationRetried',
        data: {
          attempt: 1,
          category: 'timeout',
          message: 'Too slow',
          next_attempt: 2,
          next_attempt_at: '2026-01-01T12:00:01.000Z',
          failed_at: now,
        },
      }),
    ],
    completed: ['refuses a failure after the completion', lost],
    failed: ['refuses a second failure of the same attempt', lost],
    cancelled: ['refuses the failure of an attempt that was cancelled', lost],
  },
  CancelGeneration: {
    none: ['does not know the run', notFound],
    pending: [
      'ends the run and names the attempt that waited',
      leadsTo({ type: 'GenerationCancelled', data: { waiting_attempt: 1, cancelled_at: now } }),
    ],
    processing: [
      'ends the run under its worker',
      leadsTo({ type: 'GenerationCancelled', data: { waiting_attempt: null, cancelled_at: now } }),
    ],
    completed: ['refuses to cancel a run that is done', conflict],
    failed: ['refuses to cancel a run that failed', conflict],
    cancelled: ['refuses to cancel twice', conflict],
  },
  RetryGeneration: {
    none: ['does not know the run', notFound],
    pending: ['refuses to retry a run that waits', conflict],
    processing: ['refuses to retry a run that is under way', conflict],
    completed: ['refuses to retry a run that is done', conflict],
    failed: [
      'asks for the next attempt of the same run',
      leadsTo({ type: 'GenerationRetryRequested', data: { next_attempt: 2, requested_at: now } }),
    ],
    cancelled: ['refuses to retry a run that was cancelled', conflict],
  },
};

const STATUSES = Object.keys(HISTORIES) as Status[];
const COMMAND_TYPES = Object.keys(COMMANDS) as Specified[];

describe('every command in every status', () => {
  it('has a meaning, and each history leads to the status that it stands for', () => {
    const pairs = COMMAND_TYPES.flatMap((command) => STATUSES.map((status) => MEANINGS[command][status][0]));
    expect(pairs).toHaveLength(60);
    for (const status of STATUSES) {
      expect(HISTORIES[status].reduce(generationDecider.evolve, generationDecider.initialState).status).toBe(status);
    }
    for (const type of COMMAND_TYPES) expect(COMMANDS[type].type).toBe(type);
  });

  describe.each(COMMAND_TYPES)('%s', (type) => {
    it.each(STATUSES.map((status) => [status, ...MEANINGS[type][status]] as const))(
      'when %s: %s',
      (status, _, check) => {
        check(given(...HISTORIES[status]).when(COMMANDS[type]));
      },
    );
  });
});

describe('StartAttempt', () => {
  it.each([
    ['that ended', 1],
    ['that comes later', 3],
  ])('refuses an attempt %s', (_, attempt) => {
    given(created(), started(), retried(1)).when(please.start({ attempt })).thenRejects({ name: 'AttemptLost' });
  });

  it('starts the attempt that a retry planned', () => {
    given(created(), started(), retried(1))
      .when(please.start({ attempt: 2, workerId: OTHER_WORKER }))
      .then({ type: 'GenerationStarted', data: { attempt: 2, worker_id: OTHER_WORKER, started_at: now } });
  });
});

describe('fencing', () => {
  const takenOver = [created(), started(), submitted(), resumed()];
  const lateCommands: [string, GenerationCommand][] = [
    ['ResumeAttempt', please.resume({ previousWorkerId: WORKER, workerId: WORKER })],
    ['RecordSubmission', please.recordSubmission()],
    ['CompleteGeneration', please.complete()],
    ['FailAttempt', please.fail()],
  ];

  it.each(lateCommands)('refuses %s of a worker whose attempt another one took over', (_, command) => {
    given(...takenOver)
      .when(command)
      .thenRejects({ name: 'AttemptLost', code: 'conflict' });
  });

  it.each(lateCommands)('refuses %s about an attempt before the one that the same worker runs now', (_, command) => {
    given(created(), started(1), retried(1), started(2)).when(command).thenRejects({ name: 'AttemptLost' });
  });

  it('lets the worker that took over go on', () => {
    given(...takenOver)
      .when(please.recordSubmission({ workerId: OTHER_WORKER }))
      .thenNothing();
    given(...takenOver)
      .when(please.fail({ workerId: OTHER_WORKER, category: 'moderated', message: 'Refused' }))
      .then({
        type: 'GenerationFailed',
        data: { attempt: 1, category: 'moderated', message: 'Refused', retryable: false, failed_at: now },
      });
  });

  it('lets a restarted worker take over its own attempt', () => {
    given(created(), started())
      .when(please.resume({ workerId: WORKER }))
      .then({
        type: 'GenerationResumed',
        data: { attempt: 1, worker_id: WORKER, previous_worker_id: WORKER, resumed_at: now },
      });
  });
});

describe('ResumeAttempt', () => {
  const takeoversOf = (...history: readonly GenerationEvent[]): unknown =>
    history.reduce(generationDecider.evolve, generationDecider.initialState);

  it('is counted for the attempt that runs, and for no other', () => {
    const attempt = [started(1), resumed(1), submitted(1), resumed(1)];
    expect(takeoversOf(created(), started())).toMatchObject({ takeovers: 0 });
    expect(takeoversOf(created(), ...attempt)).toMatchObject({ takeovers: 2, providerJobs: { 0: 'job-1' } });
    expect(takeoversOf(created(), ...attempt, retried(1), started(2))).toMatchObject({ takeovers: 0 });
  });
});

describe('RecordSubmission', () => {
  it('does nothing the second time', () => {
    given(created(), started(), submitted()).when(please.recordSubmission()).thenNothing();
  });

  it('records another job of the same attempt, which is the one to ask for', () => {
    given(created(), started(), submitted())
      .when(please.recordSubmission({ providerJobId: 'job-2' }))
      .then({ type: 'GenerationSubmitted', data: { attempt: 1, provider_job_id: 'job-2', submitted_at: now } });
  });

  it('forgets the job of the attempt before', () => {
    given(created(), started(), submitted(), retried(1), started(2))
      .when(please.recordSubmission({ attempt: 2 }))
      .then({ type: 'GenerationSubmitted', data: { attempt: 2, provider_job_id: 'job-1', submitted_at: now } });
  });
});

describe('CompleteGeneration', () => {
  const end = (state: readonly GenerationEvent[], command: GenerationCommand): unknown => {
    const events = generationDecider.decide(
      command,
      state.reduce(generationDecider.evolve, generationDecider.initialState),
    );
    return events.at(-1);
  };

  it('records every variant in its order before the end', () => {
    const events = generationDecider.decide(
      please.complete({ artifacts: [artifactOf(0), artifactOf(1), artifactOf(2)] }),
      HISTORIES.processing.reduce(generationDecider.evolve, generationDecider.initialState),
    );
    expect(events.map(({ type }) => type)).toEqual([
      'GenerationArtifactStored',
      'GenerationArtifactStored',
      'GenerationArtifactStored',
      'GenerationCompleted',
    ]);
    expect(events.slice(0, 3)).toMatchObject([0, 1, 2].map((variant) => ({ data: { artifact: { variant } } })));
  });

  it.each([
    ['2026-01-01T10:00:01.000Z', 0],
    ['2026-01-01T10:00:01.001Z', 0.001],
    ['2026-01-01T10:00:03.500Z', 2.5],
  ])('at %s says that the attempt took %d s', (at, seconds) => {
    expect(end(HISTORIES.processing, please.complete({ now: new Date(at) }))).toMatchObject({
      data: { generation_time: seconds },
    });
  });

  it('measures the attempt that succeeded, not those before, and across a takeover', () => {
    const history = [created(), started(1), retried(1), started(2), resumed(2)];
    const command = please.complete({ attempt: 2, workerId: OTHER_WORKER, now: new Date('2026-01-01T10:00:04.000Z') });
    expect(end(history, command)).toMatchObject({ data: { generation_time: 3 } });
  });

  it('never says a negative time when the clock of another machine is behind', () => {
    expect(end(HISTORIES.processing, please.complete({ now: new Date(TIMES.created) }))).toMatchObject({
      data: { generation_time: 0 },
    });
  });

  it('scores a full set of visual parameters with a picture 1', () => {
    const visual = {
      camera_angle: 'eye-level',
      fov: 'wide',
      lighting: 'soft',
      color_palette: 'warm',
      composition: 'centered',
      style: 'editorial',
    } as const;
    expect(end([created({ visual }), started()], please.complete())).toMatchObject({ data: { quality_score: 1 } });
    expect(end([created({ visual }), started()], please.complete({ artifacts: [] }))).toMatchObject({
      data: { quality_score: 0.8 },
    });
  });
});

describe('CancelGeneration', () => {
  it.each([
    ['a planned retry', [created(), started(), retried(1)], 2],
    ['an attempt that somebody asked for', [created(), started(), failed(), retryRequested(2)], 2],
    ['the third attempt', [created(), started(1), retried(1), started(2), retried(2)], 3],
  ] as const)('names %s as the one that waited', (_, history, waitingAttempt) => {
    given(...history)
      .when(please.cancel())
      .then({ type: 'GenerationCancelled', data: { waiting_attempt: waitingAttempt, cancelled_at: now } });
  });
});
