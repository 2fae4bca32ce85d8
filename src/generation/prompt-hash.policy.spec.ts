import { orderOf } from '../../test/support/generations.js';
import { promptHash } from './prompt-hash.policy.js';

const hash = (change: Parameters<typeof orderOf>[0] = {}, seedGiven = false): string =>
  promptHash(orderOf(change), seedGiven);

const picture = { id: 'an upload', sha256: 'ab' };
const CONTROL = { type: 'canny', strength: 1, start: 0, end: 1 } as const;

describe('the hash of a request', () => {
  it('is a SHA-256 in hex, the same tomorrow', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).toBe(hash());
    // Pinned: another value would forget every cached result.
    expect(hash({ prompt: 'pinned', seed: 1 }, true)).toMatchInlineSnapshot(
      `"1db4848ff1b9b0b4f8aa3fc95b636bf572e07015548b02157ef0d5100f9eedfa"`,
    );
  });

  it.each([
    ['white space', { prompt: '  A lighthouse \n\t at   dusk ' }],
    ['the form of its letters', { prompt: 'A lighthouse at dusk' }],
    ['who asks', { user_id: 9, project_id: 4 }],
    ['how often it may be tried', { max_retries: 0 }],
    ['how urgent it is', { priority: 'high' as const }],
    ['how the parameters were found', { mode: 'ai' as const, reasoning: { style: 'why' } }],
    ['the seed, where none was given', { seed: 77 }],
    ['whether the cache may be used', { use_cache: false }],
    ['what it refines', { parent_id: '0198c0de-0000-7000-8000-000000000001' }],
  ])('does not depend on %s', (_, change) => {
    expect(hash(change)).toBe(hash());
  });

  it('does not depend on composed or decomposed letters, nor on the order of parameters', () => {
    expect(hash({ prompt: 'cafe\u0301' })).toBe(hash({ prompt: 'caf\u00e9' }));
    expect(hash({ visual: { style: 'editorial', lighting: 'soft' } })).toBe(
      hash({ visual: { lighting: 'soft', style: 'editorial' } }),
    );
  });

  it('does not depend on which upload brought the bytes of a picture, nor on one variant being said', () => {
    const of = (id: string): string =>
      hash({ inputs: { image: { ...picture, id }, controlnet: { ...picture, ...CONTROL, id } } });
    expect(of('one')).toBe(of('another'));
    expect(hash({ num_variants: 1 })).toBe(hash());
    expect(hash({ preset: null })).toBe(hash());
  });

  it('depends on everything that shapes the result', () => {
    const all = [
      hash(),
      hash({}, true),
      hash({ seed: 43 }, true),
      hash({ prompt: 'A Lighthouse at dusk' }),
      hash({ negative_prompt: 'people' }),
      hash({ visual: { lighting: 'soft' } }),
      hash({ visual: { lighting: 'hard' } }),
      hash({ width: 768, height: 1024 }),
      hash({ width: 512 }),
      hash({ steps: 31 }),
      hash({ cfg_scale: 7.5 }),
      hash({ provider: 'simulator' }),
      hash({ model: 'proof' }),
      hash({ model_version: '2' }),
      hash({ num_variants: 2 }),
      hash({ preset: 'blue_hour', preset_version: 1 }),
      hash({ preset: 'blue_hour', preset_version: 2 }),
      hash({ preset: 'evening', preset_version: 1 }),
      hash({ type: 'video', video: { duration_seconds: 3, fps: 24 } }),
      hash({ type: 'video', video: { duration_seconds: 3, fps: 25 } }),
      hash({ inputs: { image: picture } }),
      hash({ inputs: { guidance_images: [{ ...picture, weight: 0.5 }] } }),
      hash({ inputs: { guidance_images: [{ ...picture, weight: 0.6 }] } }),
      hash({ inputs: { controlnet: { ...picture, ...CONTROL } } }),
      hash({ inputs: { controlnet: { ...picture, ...CONTROL, type: 'pose' } } }),
      hash({ inputs: { controlnet: { ...picture, ...CONTROL, sha256: 'cd' } } }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
