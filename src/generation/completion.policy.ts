import type { Artifact, GenerationEvent } from './generation.events.js';
import type { Run } from './generation.decider.js';
import { qualityScore } from './quality-score.policy.js';

type Completed = Extract<GenerationEvent, { type: 'GenerationCompleted' }>['data'];

/** The pictures of a run and its end, whoever made them. */
export const completionOf = (
  { attempt, order }: Pick<Run, 'attempt' | 'order'>,
  artifacts: readonly Artifact[],
  how: Pick<Completed, 'generation_time' | 'cost_usd' | 'cached' | 'source'>,
  now: Date,
): GenerationEvent[] => {
  const at = now.toISOString();
  const quality_score = qualityScore(order.visual, artifacts.length > 0);
  return [
    ...artifacts.map((artifact): GenerationEvent => ({
      type: 'GenerationArtifactStored',
      data: { attempt, artifact, stored_at: at },
    })),
    { type: 'GenerationCompleted', data: { attempt, quality_score, ...how, completed_at: at } },
  ];
};
