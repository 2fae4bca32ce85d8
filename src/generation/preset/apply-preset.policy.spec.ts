import { orderOf } from '../../../test/support/generations.js';
import type { GenerationRequest } from '../generation.commands.js';
import { filmedBy, ordersOf, recordOf, unfitPreset, withPreset } from './apply-preset.policy.js';
import { enhancedPrompt, type UsablePreset } from './preset-source.port.js';

const presetOf = (change: Partial<UsablePreset> = {}): UsablePreset => ({
  ...{ id: 'blue_hour', version: 3, type: 'image', promptTemplate: 'photo of {prompt} at dusk' },
  ...{ negativePrompt: 'direct sun', parameters: { width: 512, height: 256, steps: 12, cfg_scale: 9, seed: 5 } },
  ...change,
});

const requestOf = (given: readonly string[], change: Partial<GenerationRequest> = {}): GenerationRequest => {
  const { type, mode, prompt, width, height, steps } = orderOf();
  return {
    ...{ type, mode, prompt, width, height, steps, visual: {}, negativePrompt: null, cfgScale: 7, seed: null },
    ...{ provider: null, model: null, useCache: true, maxRetries: 3, priority: 'normal', userId: 1, projectId: null },
    preset: { id: 'blue_hour', given: new Set(given) },
    ...change,
  };
};

const VIDEO = {
  ...{ numVariants: 1, structuredPrompt: null, guidanceImages: [], controlnet: null, image: null },
  video: { durationSeconds: 3, fps: 24 },
};

describe('a preset in a request', () => {
  it('decides what the caller left open', () => {
    expect(withPreset(requestOf(['prompt']), presetOf())).toMatchObject({
      ...{ prompt: 'A lighthouse at dusk', width: 512, height: 256, steps: 12, cfgScale: 9, seed: 5 },
      ...{ negativePrompt: 'direct sun', provider: null, model: null },
    });
  });

  it.each([
    ['width', { width: 1024 }],
    ['height', { height: 768 }],
    ['steps', { steps: 30 }],
    ['cfg_scale', { cfgScale: 7 }],
    ['guidance_scale', { cfgScale: 7 }],
    ['seed', { seed: null }],
    ['negative_prompt', { negativePrompt: null }],
  ])('decides nothing where the caller gave %s', (field, kept) => {
    expect(withPreset(requestOf([field]), presetOf())).toMatchObject(kept);
  });

  it('leaves the rest as it is where it says nothing', () => {
    expect(withPreset(requestOf([]), presetOf({ parameters: {}, negativePrompt: null }))).toEqual(requestOf([]));
  });

  it('shares the visual parameters with the caller, one by one', () => {
    const request = requestOf(['style'], { visual: { style: 'editorial' } });
    const preset = presetOf({ parameters: { style: 'cinematic', lighting: 'soft' } });
    expect(withPreset(request, preset).visual).toEqual({ style: 'editorial', lighting: 'soft' });
  });

  it.each(['provider', 'model'])('leaves the model and the provider to a caller who names the %s', (field) => {
    const preset = presetOf({ parameters: { provider: 'builtin', model: 'studio' } });
    expect(withPreset(requestOf([field]), preset)).toMatchObject({ provider: null, model: null });
    expect(withPreset(requestOf([]), preset)).toMatchObject({ provider: 'builtin', model: 'studio' });
  });

  it('decides the measures of a video', () => {
    const preset = presetOf({ type: 'video', parameters: { duration_seconds: 5, fps: 12 } });
    const request = (given: readonly string[]): GenerationRequest =>
      requestOf(given, { type: 'video', details: VIDEO });
    expect(withPreset(request([]), preset).details?.video).toEqual({ durationSeconds: 5, fps: 12 });
    expect(withPreset(request(['fps']), preset).details?.video).toEqual({ durationSeconds: 5, fps: 24 });
  });
});

describe('a preset and a run', () => {
  const run = { type: 'image', prompt: 'A lighthouse' } as const;

  it('fit where they are for the same kind of result', () => {
    expect(unfitPreset(presetOf(), run)).toBeNull();
    expect(unfitPreset(presetOf({ type: 'video' }), run)).toMatchObject({
      loc: ['body', 'preset'],
      msg: 'The preset blue_hour is for videos, and this run makes images',
    });
    expect(unfitPreset(presetOf(), { ...run, type: 'video' })).toMatchObject({
      msg: 'The preset blue_hour is for images, and this run makes videos',
    });
  });

  it('do not fit where they would make a book together', () => {
    const preset = presetOf({ promptTemplate: '{prompt}!' });
    expect(unfitPreset(preset, { ...run, prompt: 'x'.repeat(9_999) })).toBeNull();
    expect(unfitPreset(preset, { ...run, prompt: 'x'.repeat(10_000) })?.msg).toContain('10000');
  });

  it('are recorded by id, version and template', () => {
    expect(recordOf(presetOf())).toEqual({
      ...{ preset: 'blue_hour', preset_version: 3, prompt_template: 'photo of {prompt} at dusk' },
    });
  });
});

describe('a preset in a refinement', () => {
  it('changes what it decides and nothing else, and not the seed', () => {
    expect(ordersOf(presetOf())).toEqual({
      ...{ width: 512, height: 256, steps: 12, cfg_scale: 9, negative_prompt: 'direct sun' },
    });
    expect(ordersOf(presetOf({ parameters: {}, negativePrompt: null }))).toEqual({});
    expect(filmedBy(presetOf({ parameters: { fps: 12 } }))).toEqual({ fps: 12 });
  });
});

describe('a template', () => {
  it.each([
    ['{prompt}, at dusk', 'a boat', 'a boat, at dusk'],
    ['photo of {prompt}', 'a boat', 'photo of a boat'],
    ['{prompt}!', '{prompt} $& $1', '{prompt} $& $1!'],
  ])('%s takes in what is asked for', (template, prompt, enhanced) => {
    expect(enhancedPrompt(template, prompt)).toBe(enhanced);
  });
});
