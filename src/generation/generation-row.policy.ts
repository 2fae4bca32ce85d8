import type { Decision } from '../eventsourcing/decision-handler.js';
import type { Existing, Generation } from './generation-state.policy.js';
import type { GenerationOrder } from './generation.events.js';
import type { GenerationRow, OrderDetails } from './status/generation.queries.js';

/** What the columns hold that mean something in one status only. */
const changingByStatus = (state: Existing) => {
  switch (state.status) {
    case 'pending':
      return { next_attempt_at: state.nextAttemptAt, joined_to: state.joinedTo };
    case 'processing':
      return { worker_id: state.workerId, provider_job_id: state.providerJobs[0] ?? null };
    case 'completed': {
      const { source, ...completion } = state.completion;
      const taken = source && { source_run_id: source.run_id, saved_usd: source.saved_usd };
      return { completed_at: state.endedAt, ...completion, cost_usd: state.run.costUsd, ...taken };
    }
    case 'failed':
    case 'cancelled':
      return { completed_at: state.endedAt };
    default:
      return state satisfies never;
  }
};

/** Whether others may take this run's result, or wait for it: not where it takes one itself, and not where none comes. */
const offersResult = (state: Existing): boolean => {
  if (state.run.order.prompt_hash === undefined) return false;
  if (state.status === 'pending') return state.joinedTo === null;
  return state.status === 'processing' || (state.status === 'completed' && state.completion.source === undefined);
};

/** The columns of `generations` that change during a run's life; one that is left out becomes null. */
export const changing = (state: Existing) => ({
  status: state.status,
  attempt: state.run.attempt,
  started_at: state.run.startedAt,
  error: state.run.error,
  ...(state.run.expiresAt !== null && { expires_at: state.run.expiresAt }),
  artifacts: state.run.artifacts,
  cached: false,
  ...(state.run.costUsd > 0 && { cost_usd: state.run.costUsd }),
  offers: offersResult(state),
  ...changingByStatus(state),
});

/** What only some runs have, in a column that the others leave out. */
export const detailsOf = (order: GenerationOrder): { details?: OrderDetails } => {
  const { num_variants, structured_prompt, inputs, video, preset, preset_version, prompt_template, priority } = order;
  const applied = preset_version !== undefined && { preset, preset_version, prompt_template };
  const details = { num_variants, structured_prompt, inputs, video, priority, ...applied };
  const given = Object.entries(details).filter(([, value]) => value !== undefined);
  return given.length === 0 ? {} : { details: Object.fromEntries(given) };
};

const UNSET = {
  ...{ prompt_hash: null, parent_id: null, instruction: null, batch_id: null, details: null, cost_estimate_usd: null },
  ...{ source_run_id: null, saved_usd: null, next_attempt_at: null, expires_at: null, completed_at: null },
  ...{ quality_score: null, generation_time: null, cost_usd: null },
};

/**
 * The row of a run as its first append leaves it, for an answer that need not ask for what was decided here.
 * @returns null where the decision appended nothing here
 */
export const rowOf = (runId: string, decision: Decision<Generation>): GenerationRow | null => {
  if (decision.outcome === 'replay' || decision.state.status === 'none' || decision.position === null) return null;
  const { state, version, position } = decision;
  const { order, createdAt } = state.run;
  return {
    ...UNSET,
    ...order,
    ...detailsOf(order),
    ...changing(state),
    ...{ run_id: runId, version, created_at: createdAt },
    // The number of a run is the position of its first event.
    id: position - version + 1,
  };
};
