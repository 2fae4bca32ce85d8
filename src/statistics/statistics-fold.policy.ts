import type { ReplayedEvent } from '../eventsourcing/event.js';
import { statusAfter, type GenerationEvent } from '../generation/generation.events.js';
import type { Status } from '../generation/status/generation.queries.js';
import { addDuration } from '../platform/measures/duration-sketch.policy.js';
import { count, DIMENSIONS, figuresOfPreset, noFigures, type Figures } from './figures.policy.js';

/** What later events of a run need to be counted. */
export interface RunFacts {
  readonly userId: number;
  readonly projectId: number | null;
  /** `2026-11-21`: of its creation, in UTC. */
  readonly day: string;
  readonly preset: string | null;
  readonly status: Status;
  readonly retried: boolean;
}

/** Whose runs are summed up, and of which day; 0 for all users or all projects. */
export interface Scope {
  readonly userId: number;
  readonly projectId: number;
  readonly day: string;
}

/** A run of the log that nothing is known of, though an event before must have told: the sums would be wrong from here on. */
export class UncountedRun extends Error {
  override readonly name = 'UncountedRun';
  constructor(runId: string, position: number) {
    super(`The event at position ${String(position)} is about run ${runId}, which was never counted`);
  }
}

/** Nothing follows; a failed run may be asked for again. */
export const isFinal = ({ status }: RunFacts): boolean => status === 'completed' || status === 'cancelled';

const MICROS = 1_000_000;

const scopesOf = ({ userId, projectId, day }: RunFacts): Scope[] =>
  (projectId === null ? [0] : [0, projectId]).flatMap((project) => [
    { userId: 0, projectId: project, day },
    { userId, projectId: project, day },
  ]);

/** A person may also ask again for a run that failed with another one before it had an attempt; that one is its first. */
const isRetry = (event: GenerationEvent): boolean =>
  (event.type === 'GenerationRetried' || event.type === 'GenerationRetryRequested') && event.data.next_attempt > 1;

/** Sums by scope, and what is known of the runs, as a batch of events leaves them. */
export class StatisticsFold {
  readonly sums = new Map<string, { readonly scope: Scope; readonly figures: Figures }>();
  /** The figures that runs of one user and project are counted in, by day. */
  private readonly figures = new Map<string, readonly Figures[]>();

  /** @param runs what is known before the batch; updated */
  constructor(readonly runs: Map<string, RunFacts>) {}

  /** @throws UncountedRun */
  take(event: ReplayedEvent<GenerationEvent>): void {
    if (event.type === 'GenerationCreated') {
      this.create(event);
      return;
    }
    const status = statusAfter(event.type);
    if (status === null) return;
    const run = this.runs.get(event.streamId);
    if (!run) throw new UncountedRun(event.streamId, event.position);
    const retriedNow = !run.retried && isRetry(event);
    for (const figures of this.figuresOf(run)) {
      figures.statuses[run.status] -= 1;
      figures.statuses[status] += 1;
      if (retriedNow) figures.retried += 1;
      figures.costMicros += costMicros(event);
      if (event.type === 'GenerationCompleted') complete(figures, event.data);
      if (run.preset !== null) turnPreset(figures, { preset: run.preset, from: run.status, event });
    }
    this.runs.set(event.streamId, { ...run, status, retried: run.retried || retriedNow });
  }

  private create({ streamId, data }: ReplayedEvent<Extract<GenerationEvent, { type: 'GenerationCreated' }>>): void {
    const run: RunFacts = {
      userId: data.user_id,
      projectId: data.project_id,
      day: new Date(data.created_at).toISOString().slice(0, 10),
      preset: data.preset ?? null,
      status: 'pending',
      retried: false,
    };
    for (const figures of this.figuresOf(run)) {
      figures.statuses.pending += 1;
      for (const dimension of DIMENSIONS) {
        const value = data[dimension] ?? null;
        if (value !== null) count(figures.breakdown[dimension], value);
      }
      if (run.preset !== null) figuresOfPreset(figures, run.preset).runs += 1;
    }
    this.runs.set(streamId, run);
  }

  private figuresOf(run: RunFacts): readonly Figures[] {
    const key = `${run.day} ${String(run.userId)} ${String(run.projectId)}`;
    const known = this.figures.get(key);
    if (known) return known;
    const found = scopesOf(run).map((scope) => this.sumOf(scope));
    this.figures.set(key, found);
    return found;
  }

  private sumOf(scope: Scope): Figures {
    const key = `${scope.day} ${String(scope.userId)} ${String(scope.projectId)}`;
    let sum = this.sums.get(key);
    if (!sum) this.sums.set(key, (sum = { scope, figures: noFigures() }));
    return sum.figures;
  }
}

/** What was paid since the run was created or asked for again, told by the end of it: also by one without a result. */
const costMicros = ({ data }: GenerationEvent): number =>
  'cost_usd' in data ? Math.round((data.cost_usd ?? 0) * MICROS) : 0;

const millisecondsOf = ({ generation_time: seconds }: { readonly generation_time: number }): number =>
  Math.round(seconds * 1000);

const complete = (figures: Figures, data: Extract<GenerationEvent, { type: 'GenerationCompleted' }>['data']): void => {
  const ms = millisecondsOf(data);
  if (data.cached) figures.cached += 1;
  figures.savedMicros += Math.round((data.source?.saved_usd ?? 0) * MICROS);
  figures.qualityMicros += Math.round(data.quality_score * MICROS);
  figures.timeMs += ms;
  addDuration(figures.durations, ms);
};

/** Counts an event of a run that a preset was applied to, and that stood somewhere else before. */
const turnPreset = (
  figures: Figures,
  { preset, from, event }: { readonly preset: string; readonly from: Status; readonly event: GenerationEvent },
): void => {
  const sum = figuresOfPreset(figures, preset);
  if (from === 'failed') sum.failed -= 1;
  if (event.type === 'GenerationFailed') sum.failed += 1;
  if (event.type !== 'GenerationCompleted') return;
  sum.completed += 1;
  sum.timeMs += millisecondsOf(event.data);
};
