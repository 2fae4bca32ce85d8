import type { GenerationOrder, ResultSource } from '../../../src/generation/generation.events.js';
import type { RunEvent } from './log.js';

/** One attempt as the log tells it. */
export interface AttemptRecord {
  readonly attempt: number;
  workerId: string;
  resumptions: number;
  /** Resumptions before the provider's job id was known: each of them may submit once more. */
  unsubmittedResumptions: number;
  providerJobId: string | null;
  end: 'open' | 'completed' | 'retried' | 'failed' | 'cancelled';
  category: string | null;
}

/** A run's life, read by rules of its own: it shares no code with the decider that it judges. */
export interface RunRecord {
  readonly runId: string;
  readonly attempts: AttemptRecord[];
  readonly problems: string[];
  status: 'none' | 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  nextAttempt: number;
  artifacts: number;
  completions: number;
  retryRequests: number;
  /** The first attempt that a person asked for; the retries are counted from here. */
  roundStart: number;
  /** As it was recorded; null before its first event. */
  order: GenerationOrder | null;
  /** Positions of its first event and of its last end; 0 where there is none. */
  createdAt: number;
  endedAt: number;
  /** The run whose result it waits for. */
  joinedTo: string | null;
  /** The run that it failed with. */
  failedWith: string | null;
  /** Where it took its result from. */
  source: ResultSource | null;
  joins: number;
}

const emptyRecord = (runId: string): RunRecord => ({
  runId,
  attempts: [],
  problems: [],
  status: 'none',
  nextAttempt: 1,
  artifacts: 0,
  completions: 0,
  retryRequests: 0,
  roundStart: 1,
  order: null,
  createdAt: 0,
  endedAt: 0,
  joinedTo: null,
  failedWith: null,
  source: null,
  joins: 0,
});

/** Whether it takes part in nothing of its own: it waits, and no attempt of it ever began. */
const isIdle = ({ status, attempts }: RunRecord): boolean => status === 'pending' && attempts.length === 0;

/** The attempt that runs, if the event is about it. */
const running = (run: RunRecord, event: RunEvent, attempt: number): AttemptRecord | null => {
  const last = run.attempts.at(-1);
  if (run.status === 'processing' && last?.attempt === attempt && last.end === 'open') return last;
  run.problems.push(
    `${event.type} of attempt ${String(attempt)} at version ${String(event.version)} came while none ran`,
  );
  return null;
};

const begin = (run: RunRecord, event: RunEvent & { type: 'GenerationStarted' }): void => {
  const { attempt, worker_id: workerId } = event.data;
  if (run.status !== 'pending' || run.joinedTo !== null || attempt !== run.nextAttempt) {
    run.problems.push(`attempt ${String(attempt)} was started while the run was ${run.status}`);
  }
  run.attempts.push({
    attempt,
    workerId,
    resumptions: 0,
    unsubmittedResumptions: 0,
    providerJobId: null,
    end: 'open',
    category: null,
  });
  run.status = 'processing';
};

const resume = (run: RunRecord, event: RunEvent & { type: 'GenerationResumed' }): void => {
  const current = running(run, event, event.data.attempt);
  if (!current) return;
  if (current.workerId !== event.data.previous_worker_id)
    run.problems.push('an attempt was taken from the wrong worker');
  current.workerId = event.data.worker_id;
  current.resumptions += 1;
  if (current.providerJobId === null) current.unsubmittedResumptions += 1;
};

const submit = (run: RunRecord, event: RunEvent & { type: 'GenerationSubmitted' }): void => {
  const current = running(run, event, event.data.attempt);
  if (!current) return;
  if (current.providerJobId !== null) run.problems.push(`attempt ${String(current.attempt)} was submitted twice`);
  current.providerJobId = event.data.provider_job_id;
};

type Closing = Extract<RunEvent, { type: 'GenerationRetried' | 'GenerationFailed' | 'GenerationCompleted' }>;

/** The result, or the failure, of another run in place of an attempt. */
const takeResult = (run: RunRecord, source: ResultSource | null): void => {
  if (!isIdle(run)) run.problems.push(`it took a result while it was ${run.status}`);
  if (run.order?.use_cache !== true) run.problems.push('it shares a result, and asked not to');
  if (source?.kind === 'joined' && source.run_id !== run.joinedTo)
    run.problems.push('it took the result of a stranger');
  run.source = source;
  if (source === null) run.failedWith = run.joinedTo;
  else run.completions += 1;
  run.joinedTo = null;
  run.status = source === null ? 'failed' : 'completed';
};

const join = (run: RunRecord, leader: string): void => {
  if (!isIdle(run) || run.joinedTo !== null) run.problems.push(`it joined another one while it was ${run.status}`);
  run.joinedTo = leader;
  run.joins += 1;
};

const release = (run: RunRecord, leader: string): void => {
  if (run.joinedTo !== leader) run.problems.push('it was released from a run that it had not joined');
  run.joinedTo = null;
};

const end = (run: RunRecord, event: Closing): void => {
  const source = event.type === 'GenerationCompleted' ? (event.data.source ?? null) : null;
  if (event.type !== 'GenerationRetried') run.endedAt = event.position;
  if (source !== null || (event.type === 'GenerationFailed' && run.joinedTo !== null)) takeResult(run, source);
  else close(run, event);
};

const close = (run: RunRecord, event: Closing): void => {
  const current = running(run, event, event.data.attempt);
  if (current) {
    current.end =
      event.type === 'GenerationRetried' ? 'retried' : event.type === 'GenerationFailed' ? 'failed' : 'completed';
    current.category = event.type === 'GenerationCompleted' ? null : event.data.category;
  }
  if (event.type === 'GenerationCompleted') run.completions += 1;
  if (event.type === 'GenerationRetried') run.nextAttempt = event.data.next_attempt;
  run.status =
    event.type === 'GenerationRetried' ? 'pending' : event.type === 'GenerationFailed' ? 'failed' : 'completed';
};

const cancel = (run: RunRecord, position: number): void => {
  run.endedAt = position;
  run.joinedTo = null;
  if (run.status !== 'pending' && run.status !== 'processing') run.problems.push(`a ${run.status} run was cancelled`);
  const last = run.attempts.at(-1);
  if (last?.end === 'open') last.end = 'cancelled';
  run.status = 'cancelled';
};

const requestRetry = (run: RunRecord, event: RunEvent & { type: 'GenerationRetryRequested' }): void => {
  if (run.status !== 'failed') run.problems.push(`a ${run.status} run was retried`);
  run.status = 'pending';
  run.nextAttempt = run.roundStart = event.data.next_attempt;
  run.retryRequests += 1;
};

const follow = (run: RunRecord, event: RunEvent): void => {
  switch (event.type) {
    case 'GenerationCreated':
      if (run.status !== 'none') run.problems.push('it was created twice');
      run.status = 'pending';
      run.order = event.data;
      run.createdAt = event.position;
      return;
    case 'GenerationStarted':
      begin(run, event);
      return;
    case 'GenerationResumed':
      resume(run, event);
      return;
    case 'GenerationSubmitted':
      submit(run, event);
      return;
    case 'GenerationArtifactStored':
      // That of another run comes with no attempt, and with the end that says whose it is.
      if (isIdle(run) || running(run, event, event.data.attempt)) run.artifacts += 1;
      return;
    case 'GenerationRetried':
    case 'GenerationFailed':
    case 'GenerationCompleted':
      end(run, event);
      return;
    case 'GenerationCancelled':
      cancel(run, event.position);
      return;
    case 'GenerationRetryRequested':
      requestRetry(run, event);
      return;
    case 'GenerationJoined':
      join(run, event.data.leader_run_id);
      return;
    case 'GenerationReleased':
      release(run, event.data.leader_run_id);
      return;
    default:
      return event satisfies never;
  }
};

/** What the log says of each run. @param events in the order of the log */
export const runRecords = (events: readonly RunEvent[]): Map<string, RunRecord> => {
  const runs = new Map<string, RunRecord>();
  for (const event of events) {
    const run = runs.get(event.streamId) ?? emptyRecord(event.streamId);
    runs.set(event.streamId, run);
    follow(run, event);
  }
  return runs;
};
