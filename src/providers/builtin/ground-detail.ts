import { noise2 } from './noise.js';

const { floor, log2, max } = Math;

/**
 * Noise whose grain is about the same size on the picture at every distance: two neighbouring octaves, blended by the distance, so
 * that a meadow before one's feet and a wall of rock a mile away are both rough. `finest` is how many grains fit into one world unit there.
 */
export const grit = (x: number, z: number, finest: number, seed: number): number => {
  const level = log2(max(0.01, finest));
  const octave = floor(level);
  const t = level - octave;
  const scale = 2 ** octave;
  return (
    noise2(x * scale, z * scale, seed + octave * 31) * (1 - t) +
    noise2(x * scale * 2, z * scale * 2, seed + octave * 31 + 31) * t
  );
};
