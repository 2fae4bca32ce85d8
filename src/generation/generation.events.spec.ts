import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fold } from '../eventsourcing/decider.js';
import type { DomainEvent } from '../eventsourcing/event.js';
import { EventTypes } from '../eventsourcing/upcaster.js';
import { BATCH_EVENTS } from '../batches/batch.events.js';
import { PRESET_EVENTS } from '../presets/presets.events.js';
import { generationDecider } from './generation.decider.js';
import { MONITORING_EVENTS } from '../monitoring/monitoring.events.js';
import { PROMPT_CACHE_EVENTS } from '../prompt-cache/prompt-cache.events.js';
import { GENERATION_EVENTS, type GenerationEvent } from './generation.events.js';

const FOLDER = join(__dirname, '../../test/fixtures/events');
const stored = new Map(
  readdirSync(FOLDER)
    .filter((file) => !file.startsWith('Upload') && file.endsWith('.json'))
    .map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as DomainEvent]),
);
const DECLARED = [GENERATION_EVENTS, PROMPT_CACHE_EVENTS, BATCH_EVENTS, PRESET_EVENTS, MONITORING_EVENTS];
const CURRENT: readonly string[] = DECLARED.flatMap(({ current }) => current);
const types = new EventTypes(DECLARED);

/** What the log would give back for an event of that type. */
const decode = (type: string): GenerationEvent => {
  const event = stored.get(type);
  if (event === undefined) throw new Error(`There is no golden event ${type}`);
  return types.decode(event.type, event.data, 1) as GenerationEvent;
};
const history = (...names: readonly string[]): ReturnType<typeof generationDecider.evolve> =>
  fold(generationDecider, names.map(decode));

describe('golden events', () => {
  it('exist for every type that is written today', () => {
    expect([...stored.keys()]).toEqual(expect.arrayContaining([...CURRENT]));
  });

  it.each([...stored.keys()])('are readable today: %s', (type) => {
    // A type may have several, each with a part of its own: `GenerationCreated.job.json`.
    expect(stored.get(type)?.type).toBe(type.split('.')[0]);
    expect(CURRENT).toContain(decode(type).type);
  });

  it('lead to a job of two videos of which one is there and the other is at the provider', () => {
    const events = [
      ...[
        'GenerationCreated.job',
        'GenerationStarted',
        'GenerationSubmitted.variant',
        'GenerationArtifactStored.video',
      ],
    ];
    expect(history(...events)).toMatchObject({
      status: 'processing',
      providerJobs: { 1: 'sim_1b2c' },
      run: {
        order: {
          type: 'video',
          num_variants: 2,
          inputs: { controlnet: { type: 'canny', end: 0.75 } },
          parent_id: '0199e3a2-5f00-7000-8000-0000000000b1',
        },
        artifacts: [
          { variant: 1, duration_seconds: 2.5, poster: { bytes: 91_846 }, preview: { content_type: 'image/webp' } },
        ],
        costUsd: 0.025,
      },
    });
  });

  it('lead to a run that waits until its deadline', () => {
    expect(history('GenerationCreated.deadline')).toMatchObject({
      status: 'pending',
      run: { order: { expires_in: 90 }, expiresAt: '2026-11-26T14:25:33.127Z' },
    });
  });

  it('lead to a run that a preset was applied to, and tell which version of it', () => {
    expect(history('GenerationCreated.preset')).toMatchObject({
      status: 'pending',
      run: {
        order: {
          ...{ prompt: 'a market in Lisbon – 市場', prompt_template: '{prompt}, casual, natural movements' },
          ...{ preset: 'vlog_style', preset_version: 1, video: { fps: 30, motion: 'handheld' } },
        },
      },
    });
  });

  it('lead to a completed run that another worker took over', () => {
    const state = history(
      'GenerationCreated',
      'GenerationStarted',
      'GenerationSubmitted',
      'GenerationResumed',
      'GenerationArtifactStored',
      'GenerationCompleted',
    );
    expect(state).toEqual({
      status: 'completed',
      run: {
        order: expect.objectContaining({
          prompt: 'A lighthouse on basalt cliffs at dusk, storm clouds – señal de luz, 灯台',
          visual: {
            camera_angle: 'low-angle',
            fov: 'wide',
            lighting: 'golden-hour',
            color_palette: 'warm',
            composition: 'rule-of-thirds',
            style: 'cinematic',
          },
          seed: 3_405_691_582,
          max_retries: 3,
        }) as unknown,
        createdAt: '2026-11-21T09:14:03.127Z',
        startedAt: '2026-11-21T09:14:03.151Z',
        ...{ attempt: 1, lastStarted: 1, roundStart: 1, expiresAt: null },
        artifacts: [expect.objectContaining({ variant: 0, width: 1024, height: 768, bytes: 1_482_913 })],
        costUsd: 0.04,
        roundCostUsd: 0.04,
        error: null,
      },
      completion: { quality_score: 0.87, generation_time: 21.509, cost_usd: 0.04, cached: false },
      endedAt: '2026-11-21T09:14:24.660Z',
    });
  });

  it('lead to a job at the provider that the second worker can ask for', () => {
    expect(history('GenerationCreated', 'GenerationStarted', 'GenerationSubmitted', 'GenerationResumed')).toMatchObject(
      {
        status: 'processing',
        workerId: '0199e3a2-5f08-7a10-8c44-e1b7d90f2a35',
        providerJobs: { 0: 'bria_4f1c9a2e7d' },
      },
    );
  });

  it('lead to a run that waits for its second attempt', () => {
    expect(history('GenerationCreated', 'GenerationStarted', 'GenerationRetried')).toMatchObject({
      status: 'pending',
      run: { attempt: 2, error: { category: 'timeout', retryable: true } },
      nextAttemptAt: '2026-11-21T09:15:05.311Z',
    });
  });

  it('lead to a failed run, and to one that was asked for again', () => {
    const failed = ['GenerationCreated', 'GenerationStarted', 'GenerationFailed'] as const;
    expect(history(...failed)).toMatchObject({
      status: 'failed',
      run: { error: { category: 'moderated', retryable: false } },
      endedAt: '2026-11-21T09:14:05.870Z',
    });
    expect(history(...failed, 'GenerationRetryRequested')).toMatchObject({
      status: 'pending',
      run: { attempt: 2, roundStart: 2 },
    });
  });

  it('lead to a cancelled run', () => {
    expect(history('GenerationCreated', 'GenerationCancelled')).toMatchObject({
      status: 'cancelled',
      endedAt: '2026-11-21T09:14:03.140Z',
    });
  });
});
