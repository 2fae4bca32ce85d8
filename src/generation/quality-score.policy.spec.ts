import type { VisualParameters } from '../providers/image-provider.port.js';
import { qualityScore } from './quality-score.policy.js';

const ALL = {
  camera_angle: 'low-angle',
  fov: 'wide',
  lighting: 'soft',
  color_palette: 'warm',
  composition: 'centered',
  style: 'cinematic',
} satisfies Required<VisualParameters>;

const firstOf = (count: number): VisualParameters => Object.fromEntries(Object.entries(ALL).slice(0, count));

describe('qualityScore', () => {
  it.each([
    [0, 0.5, 0.7],
    [1, 0.55, 0.75],
    [2, 0.6, 0.8],
    [3, 0.65, 0.85],
    [4, 0.7, 0.9],
    [5, 0.75, 0.95],
    [6, 0.8, 1],
  ])('with %i visual parameters is %d, with an image %d', (count, without, withImage) => {
    expect(qualityScore(firstOf(count), false)).toBe(without);
    expect(qualityScore(firstOf(count), true)).toBe(withImage);
  });

  it.each(Object.entries(ALL))('counts %s, whatever its value', (parameter, value) => {
    expect(qualityScore({ [parameter]: value }, false)).toBe(0.55);
  });
});
