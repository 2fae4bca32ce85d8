import { orderOf } from '../../test/support/generations.js';
import { promptHash } from './prompt-hash.policy.js';

const hash = (change: Parameters<typeof orderOf>[0] = {}, seedGiven = false): string =>
  promptHash(orderOf(change), seedGiven);

describe('the hash of a request', () => {
  it('is a SHA-256 in hex, the same tomorrow', () => {
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).toBe(hash());
    // Pinned: another value would forget every cached result.
    expect(hash({ prompt: 'pinned', seed: 1 }, true)).toMatchInlineSnapshot(
      `"17acefe416a64d41f7b2fc670ff4a49b376519b5d77ecd79e8b5e74a78a44a5f"`,
    );
  });

  it.each([
    ['white space', { prompt: '  A lighthouse \n\t at   dusk ' }],
    ['the form of its letters', { prompt: 'A lighthouse at dusk' }],
    ['who asks', { user_id: 9, project_id: 4 }],
    ['how often it may be tried', { max_retries: 0 }],
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
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
