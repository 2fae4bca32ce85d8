import { orderOf } from '../../../test/support/generations.js';
import { requestOf } from './provider-request.processor.js';

describe('what a provider is asked for', () => {
  it('is the prompt in the template of the preset, and the prompt alone without one', () => {
    const order = orderOf({ prompt: 'a boat', preset: 'blue_hour', preset_version: 2 });
    expect(requestOf({ ...order, prompt_template: 'photo of {prompt}' }, 0, {}).prompt).toBe('photo of a boat');
    expect(requestOf(orderOf({ prompt: 'a boat' }), 0, {}).prompt).toBe('a boat');
  });

  it('has the seed of its variant', () => {
    expect([0, 3].map((variant) => requestOf(orderOf({ seed: 42 }), variant, {}).seed)).toEqual([42, 45]);
  });
});
