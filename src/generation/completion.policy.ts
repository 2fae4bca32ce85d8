import type { Artifact, GenerationEvent } from './generation.events.js';
import type { Run } from './generation-state.policy.js';
import { qualityScore } from './quality-score.policy.js';

type Completed = Extract<GenerationEvent, { type: 'GenerationCompleted' }>['data'];

/** The pictures of a run that are not recorded yet, and its end, whoever made them. */
export const completionOf = (
  { attempt, order, artifacts: recorded }: Pick<Run, 'attempt' | 'order' | 'artifacts'>,
  artifacts: readonly Artifact[],
  how: Pick<Completed, 'generation_time' | 'cost_usd' | 'cached' | 'source'>,
  now: Date,
): GenerationEvent[] => {
  const at = now.toISOString();
  const quality_score = qualityScore(order.visual, recorded.length + artifacts.length > 0);
  return [
    ...artifacts.map((artifact): GenerationEvent => ({
      type: 'GenerationArtifactStored',
      data: { attempt, artifact, stored_at: at },
    })),
    { type: 'GenerationCompleted', data: { attempt, quality_score, ...how, completed_at: at } },
  ];
};
