import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { fbm, noise2 } from './noise.js';
import { smoothstep } from './scalar.js';

const { abs, exp, floor } = Math;

/** Lays asphalt over the mirror of a wet street, except where puddles stand, with a dashed line in the middle and kerbs. */
export const layAsphalt = (
  frame: Frame,
  brief: Brief,
  view: View,
  mirror: { readonly mask: Uint8Array; readonly eye: number },
): void => {
  const color = new Rgb();
  const wet = brief.reading.wanted.has('rain') ? 0.55 : 0.25;
  const day = brief.light.horizon
    .clone()
    .scale(brief.light.ambient * 0.35)
    .add(brief.light.sun, 0.3);
  for (let y = 0; y < frame.height; y += 1) {
    const v = view.v(y);
    if (v >= -1e-3) continue;
    const z = mirror.eye / -v;
    for (let x = 0; x < frame.width; x += 1) {
      const index = y * frame.width + x;
      if (mirror.mask[index] !== 1) continue;
      const worldX = view.u(x) * z;
      const puddle = smoothstep(0.12 - wet, 0.3 - wet, fbm(worldX * 0.3, z * 0.16, 3, brief.seed + 31));
      const grain = noise2(worldX * 9, z * 9, brief.seed + 37) * exp(-z * 0.06);
      const dash = abs(worldX) < 0.09 && z / 5 - floor(z / 5) < 0.45 ? 5 : 1;
      const kerb = smoothstep(0.22, 0.1, abs(abs(worldX) - 6.2)) * 2;
      color.copy(day).scale(0.05 * (dash + kerb) * (1 + 0.6 * grain));
      frame.blend(index, color, (1 - puddle) * 0.72);
    }
  }
};
