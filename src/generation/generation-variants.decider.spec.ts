import { TIMES, artifactOf, happened, please } from '../../test/support/generations.js';
import { fold } from '../eventsourcing/decider.js';
import { specificationOf } from '../eventsourcing/testing/decider-specification.js';
import { generationDecider } from './generation.decider.js';
import type { Generation } from './generation-state.policy.js';
import type { GenerationEvent } from './generation.events.js';

const given = specificationOf(generationDecider);
const { created, started, retried, failed, retryRequested } = happened;

describe('a run of several variants', () => {
  const paid = (variant: number, attempt = 1): GenerationEvent => ({
    type: 'GenerationArtifactStored',
    data: { attempt, artifact: artifactOf(variant), stored_at: TIMES.submitted, cost_usd: 0.1 },
  });
  const state = (...history: readonly GenerationEvent[]): Generation => fold(generationDecider, history);

  it('records a variant once, however often it is told of', () => {
    given(created(), started(), paid(0)).when(please.recordArtifact()).then();
  });

  it('costs what its variants cost together, those of earlier attempts too', () => {
    const [before, after] = [paid(0), paid(2, 2)];
    const second = state(created(), started(), before, retried(1), started(2), after);
    const events = generationDecider.decide(
      please.complete({ attempt: 2, artifacts: [artifactOf(1)], costUsd: 0.2 }),
      second,
    );
    expect(events.at(-1)?.data).toMatchObject({ cost_usd: 0.4 });
  });

  it('says what it cost where it fails or is cancelled, and keeps what was made', () => {
    const half = state(created({ max_retries: 0 }), started(), paid(0));
    const [failure] = generationDecider.decide(please.fail(), half);
    expect(failure?.data).toMatchObject({ cost_usd: 0.1 });
    const [cancellation] = generationDecider.decide(please.cancel(), half);
    expect(cancellation?.data).toMatchObject({ cost_usd: 0.1 });
    const after = failure && generationDecider.evolve(half, failure);
    expect(after).toMatchObject({ status: 'failed', run: { artifacts: [artifactOf(0)], costUsd: 0.1 } });
  });

  it('counts what was paid in each round of attempts once', () => {
    const first = state(created({ max_retries: 0 }), started(), paid(0), failed(), retryRequested(2), started(2));
    const events = generationDecider.decide(
      please.complete({ attempt: 2, artifacts: [artifactOf(1)], costUsd: 0.2 }),
      first,
    );
    expect(events.at(-1)?.data).toMatchObject({ cost_usd: 0.2 });
    expect(events.reduce(generationDecider.evolve, first)).toMatchObject({ run: { costUsd: 0.3 } });
  });

  it('has a job of the provider for each variant', () => {
    const jobs = state(created(), started());
    const events = generationDecider.decide(please.recordSubmission({ variant: 2, providerJobId: 'job-2' }), jobs);
    expect(events).toMatchObject([{ data: { variant: 2, provider_job_id: 'job-2' } }]);
    expect(events.reduce(generationDecider.evolve, jobs)).toMatchObject({ providerJobs: { 2: 'job-2' } });
  });
});
