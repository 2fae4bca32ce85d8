import { Injectable, Logger } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Decision, Known } from '../../eventsourcing/decision-handler.js';
import { causedBy, type RecordedEvent } from '../../eventsourcing/event.js';
import { contextFrom, inSpan, isTraced } from '../../eventsourcing/traces.js';
import { Config } from '../../platform/config/config.js';
import { failureOf } from '../execution/failure-line.policy.js';
import type { GenerationCommand, SharedResult } from '../generation.commands.js';
import { AttemptLost } from '../generation.errors.js';
import type { Generation } from '../generation-state.policy.js';
import { isTerminal, type GenerationEvent, type ResultSource } from '../generation.events.js';
import { Generations } from '../generation.store.js';
import { assignments, type Assignment, type Candidate } from './assignment.policy.js';
import { awaitedEnds, fateOfFollower } from './follower.policy.js';
import { SharedRuns, type Follower, type Leader } from './offers.store.js';

type Recorded = RecordedEvent<GenerationEvent>;
type Decided = Extract<Decision<Generation>, { outcome: 'decided' }>;

/** The result of a run as another one takes it: the same bytes under ids of its own. */
export const resultOf = (
  { runId, artifacts, costUsd }: Pick<Leader, 'runId' | 'artifacts' | 'costUsd'>,
  kind: ResultSource['kind'],
): SharedResult => ({
  ...{ kind, run_id: runId, saved_usd: costUsd ?? 0 },
  artifacts: artifacts.map((artifact) => ({ ...artifact, id: uuidv7() })),
});

/** Runs that begin to wait, with the hash that names what they wait for. */
const candidatesIn = (events: readonly Recorded[]): Map<string, { candidate: Candidate; cause: Recorded }> => {
  const ended = new Set(events.filter(({ type }) => isTerminal(type)).map(({ streamId }) => streamId));
  const found = new Map<string, { candidate: Candidate; cause: Recorded }>();
  for (const event of events) {
    if (event.type !== 'GenerationCreated' && event.type !== 'GenerationReleased') continue;
    const { streamId: runId } = event;
    const { prompt_hash: promptHash } = event.data;
    if (promptHash !== undefined && !ended.has(runId))
      found.set(runId, { candidate: { runId, promptHash }, cause: event });
  }
  return found;
};

/** What the end of a leader means to one that waits for it; null for a leader that was asked for again, whose next end counts. */
const endedBy = (leader: Leader, { maxRetries }: Follower, now: Date): GenerationCommand | null => {
  const { runId: leaderRunId, status, error, attempts } = leader;
  if (status === 'completed') return { type: 'ShareResult', result: resultOf(leader, 'joined'), now };
  if (status !== 'failed' && status !== 'cancelled') return null;
  const fails =
    status === 'failed' &&
    error !== null &&
    fateOfFollower({ status, category: error.category, attempts }, { maxRetries }) === 'fail';
  if (!fails) return { type: 'ReleaseGeneration', leaderRunId, now };
  return { type: 'ShareFailure', leaderRunId, category: error.category, message: error.message, now };
};

/** Decides about a run in the trace of that run; the other run is in another one, and linked. */
const inTraceOf = <T>(
  name: string,
  { traceparent, linked }: Readonly<Record<'traceparent' | 'linked', string | undefined>>,
  work: () => Promise<T>,
): Promise<T> => inSpan(name, { parent: contextFrom(traceparent), links: [linked] }, work);

/**
 * Lets runs that ask for the same result share one, wherever they were created: called by the one reactor that reads the log in order, so
 * that of two equal runs the older always leads. Whatever it decides is an event of the run that it concerns, and may be decided twice.
 */
@Injectable()
export class ShareResults {
  private readonly logger = new Logger(ShareResults.name);

  constructor(
    private readonly generations: Generations,
    private readonly runs: SharedRuns,
    private readonly config: Config,
  ) {}

  /** @returns runs that take another one's result, so that no attempt of theirs is due */
  async assign(events: readonly Recorded[]): Promise<ReadonlySet<string>> {
    const found = candidatesIn(events);
    if (found.size === 0) return new Set();
    const candidates = [...found.values()].map(({ candidate }) => candidate);
    const hashes = [...new Set(candidates.map(({ promptHash }) => promptHash))];
    const offers = await this.runs.offersOf(hashes, this.config.get('PROMPT_CACHE_TTL_SECONDS'));
    const assigned = assignments(candidates, offers);
    const leaders = await this.leadersOf([...assigned.values()]);
    const stay = [...found].filter(([runId]) => assigned.get(runId)?.kind !== 'lead');
    await Promise.all(stay.map(([runId, { cause }]) => this.follow(runId, assigned.get(runId), { leaders, cause })));
    return new Set(stay.map(([runId]) => runId));
  }

  /** Ends those that waited for a run that ended, or lets them go on by themselves. */
  async settle(events: readonly Recorded[]): Promise<void> {
    const ends = awaitedEnds(events);
    if (ends.size === 0) return;
    const followers = await this.runs.followersOf([...ends.keys()]);
    if (followers.length === 0) return;
    const leaders = await this.runs.leaders(followers.map(({ leaderRunId }) => leaderRunId));
    await Promise.all(
      followers.map(async (follower) => {
        const [leader, cause] = [leaders.get(follower.leaderRunId), ends.get(follower.leaderRunId)];
        if (leader && cause) await this.end(follower, leader, cause);
      }),
    );
  }

  private async leadersOf(assigned: readonly Assignment[]): Promise<ReadonlyMap<string, Leader>> {
    const ids = assigned.flatMap((each) => (each.kind === 'answer' ? [each.runId] : []));
    return ids.length === 0 ? new Map<string, Leader>() : this.runs.leaders([...new Set(ids)]);
  }

  private async follow(
    runId: string,
    assignment: Assignment | undefined,
    { leaders, cause }: { readonly leaders: ReadonlyMap<string, Leader>; readonly cause: Recorded },
  ): Promise<void> {
    if (!assignment || assignment.kind === 'lead') return;
    const now = new Date();
    const { traceparent } = cause.metadata;
    const linked = isTraced(traceparent) ? await this.runs.traceOf(assignment.runId) : undefined;
    if (assignment.kind === 'join') {
      const command = { type: 'JoinGeneration', leaderRunId: assignment.runId, now } as const;
      await inTraceOf('join run', { traceparent, linked }, () => this.decide(runId, command, { cause }));
      return;
    }
    const leader = leaders.get(assignment.runId);
    if (!leader) return;
    const command = { type: 'ShareResult', result: resultOf(leader, 'cache'), now } as const;
    await inTraceOf('share result', { traceparent, linked }, () => this.decide(runId, command, { cause }));
  }

  /** Told in the trace of the one that waited, which is linked to that of its leader. */
  private async end(follower: Follower, leader: Leader, cause: Recorded): Promise<void> {
    const command = endedBy(leader, follower, new Date());
    if (!command) return;
    const { runId } = follower;
    const known = await this.generations.load(runId);
    const traces = { traceparent: known.traceparent, linked: cause.metadata.traceparent };
    const end = await inTraceOf('share result', traces, () => this.decide(runId, command, { cause, known }));
    if (command.type !== 'ShareFailure' || end?.state.status !== 'failed') return;
    const { level, line } = failureOf({ category: command.category }, true);
    const { attempt, order } = end.state.run;
    const { provider } = order;
    this.logger[level]({ ...line, run_id: runId, attempt, provider, leader_run_id: command.leaderRunId });
  }

  /** @returns null where there was nothing to decide any more */
  private async decide(
    runId: string,
    command: GenerationCommand,
    { cause, known }: { readonly cause: Recorded; readonly known?: Known<Generation> },
  ): Promise<Decided | null> {
    const metadata = causedBy(cause, runId, 'sharing');
    try {
      const decision = await this.generations.decide(runId, command, { metadata, ...(known && { known }) });
      return decision.outcome === 'decided' && decision.position !== null ? decision : null;
    } catch (error) {
      // Somebody cancelled it, or this was decided before.
      if (!(error instanceof AttemptLost)) throw error;
      return null;
    }
  }
}
