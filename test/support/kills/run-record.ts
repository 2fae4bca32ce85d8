import type { GenerationEvent } from '../../../src/generation/generation.events.js';

export type LoggedEvent = GenerationEvent & {
  readonly position: number;
  readonly version: number;
  readonly runId: string;
};

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
});

/** The attempt that runs, if the event is about it. */
const running = (run: RunRecord, event: LoggedEvent, attempt: number): AttemptRecord | null => {
  const last = run.attempts.at(-1);
  if (run.status === 'processing' && last?.attempt === attempt && last.end === 'open') return last;
  run.problems.push(
    `${event.type} of attempt ${String(attempt)} at version ${String(event.version)} came while none ran`,
  );
  return null;
};

const begin = (run: RunRecord, event: LoggedEvent & { type: 'GenerationStarted' }): void => {
  const { attempt, worker_id: workerId } = event.data;
  if (run.status !== 'pending' || attempt !== run.nextAttempt) {
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

const resume = (run: RunRecord, event: LoggedEvent & { type: 'GenerationResumed' }): void => {
  const current = running(run, event, event.data.attempt);
  if (!current) return;
  if (current.workerId !== event.data.previous_worker_id)
    run.problems.push('an attempt was taken from the wrong worker');
  current.workerId = event.data.worker_id;
  current.resumptions += 1;
  if (current.providerJobId === null) current.unsubmittedResumptions += 1;
};

const submit = (run: RunRecord, event: LoggedEvent & { type: 'GenerationSubmitted' }): void => {
  const current = running(run, event, event.data.attempt);
  if (!current) return;
  if (current.providerJobId !== null) run.problems.push(`attempt ${String(current.attempt)} was submitted twice`);
  current.providerJobId = event.data.provider_job_id;
};

type Closing = Extract<LoggedEvent, { type: 'GenerationRetried' | 'GenerationFailed' | 'GenerationCompleted' }>;

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

const cancel = (run: RunRecord): void => {
  if (run.status !== 'pending' && run.status !== 'processing') run.problems.push(`a ${run.status} run was cancelled`);
  const last = run.attempts.at(-1);
  if (last?.end === 'open') last.end = 'cancelled';
  run.status = 'cancelled';
};

const requestRetry = (run: RunRecord, event: LoggedEvent & { type: 'GenerationRetryRequested' }): void => {
  if (run.status !== 'failed') run.problems.push(`a ${run.status} run was retried`);
  run.status = 'pending';
  run.nextAttempt = event.data.next_attempt;
  run.retryRequests += 1;
};

const follow = (run: RunRecord, event: LoggedEvent): void => {
  switch (event.type) {
    case 'GenerationCreated':
      if (run.status !== 'none') run.problems.push('it was created twice');
      run.status = 'pending';
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
      if (running(run, event, event.data.attempt)) run.artifacts += 1;
      return;
    case 'GenerationRetried':
    case 'GenerationFailed':
    case 'GenerationCompleted':
      close(run, event);
      return;
    case 'GenerationCancelled':
      cancel(run);
      return;
    case 'GenerationRetryRequested':
      requestRetry(run, event);
      return;
    case 'GenerationJoined':
    case 'GenerationReleased':
      run.problems.push('it shares a result, and asked not to');
      return;
    default:
      return event satisfies never;
  }
};

/** What the log says of each run. @param events in the order of the log */
export const runRecords = (events: readonly LoggedEvent[]): Map<string, RunRecord> => {
  const runs = new Map<string, RunRecord>();
  const versions = new Map<string, number>();
  for (const event of events) {
    const run = runs.get(event.runId) ?? emptyRecord(event.runId);
    runs.set(event.runId, run);
    const expected = (versions.get(event.runId) ?? 0) + 1;
    if (event.version !== expected)
      run.problems.push(`version ${String(event.version)} stands in place of ${String(expected)}`);
    versions.set(event.runId, event.version);
    follow(run, event);
  }
  return runs;
};
