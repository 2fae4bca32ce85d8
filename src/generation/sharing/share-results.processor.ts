import { Injectable, Logger } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { causedBy, type RecordedEvent } from '../../eventsourcing/event.js';
import type { Decision } from '../../eventsourcing/decision-handler.js';
import { Config } from '../../platform/config/config.js';
import { failureOf } from '../execution/failure-line.policy.js';
import type { GenerationCommand, SharedResult } from '../generation.commands.js';
import { AttemptLost } from '../generation.errors.js';
import { isTerminal, type GenerationEvent, type ResultSource } from '../generation.events.js';
import type { Generation } from '../generation-state.policy.js';
import { Generations } from '../generation.store.js';
import { assignments, type Assignment, type Candidate } from './assignment.policy.js';
import { awaitedEnds, fateOfFollower } from './follower.policy.js';
import { SharedRuns, type Follower, type Leader } from './offers.store.js';

type Recorded = RecordedEvent<GenerationEvent>;

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
    if (assignment.kind === 'join') {
      await this.decide(runId, { type: 'JoinGeneration', leaderRunId: assignment.runId, now }, cause);
      return;
    }
    const leader = leaders.get(assignment.runId);
    if (leader) await this.decide(runId, { type: 'ShareResult', result: resultOf(leader, 'cache'), now }, cause);
  }

  private async end({ runId, maxRetries }: Follower, leader: Leader, cause: Recorded): Promise<void> {
    const now = new Date();
    const leaderRunId = leader.runId;
    if (leader.status === 'completed') {
      await this.decide(runId, { type: 'ShareResult', result: resultOf(leader, 'joined'), now }, cause);
    } else if (
      leader.status === 'failed' &&
      leader.error &&
      fateOfFollower(
        { status: 'failed', category: leader.error.category, attempts: leader.attempts },
        { maxRetries },
      ) === 'fail'
    ) {
      const { category, message } = leader.error;
      const end = await this.decide(runId, { type: 'ShareFailure', leaderRunId, category, message, now }, cause);
      if (end?.state.status !== 'failed') return;
      const { level, line } = failureOf({ category }, true);
      const { attempt, order } = end.state.run;
      this.logger[level]({ ...line, run_id: runId, attempt, provider: order.provider, leader_run_id: leaderRunId });
    } else if (leader.status === 'failed' || leader.status === 'cancelled') {
      await this.decide(runId, { type: 'ReleaseGeneration', leaderRunId, now }, cause);
    }
    // A leader that was asked for again goes on, and its next end ends those that wait.
  }

  /** @returns null where there was nothing to decide any more */
  private async decide(
    runId: string,
    command: GenerationCommand,
    cause: Recorded,
  ): Promise<Extract<Decision<Generation>, { outcome: 'decided' }> | null> {
    try {
      const decision = await this.generations.decide(runId, command, { metadata: causedBy(cause, runId, 'sharing') });
      return decision.outcome === 'decided' && decision.position !== null ? decision : null;
    } catch (error) {
      // Somebody cancelled it, or this was decided before.
      if (!(error instanceof AttemptLost)) throw error;
      return null;
    }
  }
}
