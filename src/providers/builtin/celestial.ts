import { type Brief, has } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { fbm } from './noise.js';
import { clamp, smoothstep } from './scalar.js';

const { abs, ceil, cos, floor, max, sqrt, tan } = Math;

/** Draws the disc of the sun or the moon where it stands, over the sky and before the ground covers it, or where the frame still shows the sky. */
export const drawCelestialBody = (frame: Frame, brief: Brief, view: View): void => {
  const { light } = brief;
  if (abs(light.azimuth) > 1.2) return;
  const body = light.night ? 'moon' : 'sun';
  if (!has(brief, body, 1) || light.clouds > 0.85) return;
  const disc = {
    x: view.x(tan(light.azimuth)),
    y: view.y(tan(light.elevation) / cos(light.azimuth)),
    radius: sqrt(frame.width * frame.height) * (light.night ? 0.03 : 0.021) * sqrt(brief.camera.focal / 0.85),
  };
  const color = new Rgb();
  const bottom = clamp(ceil(disc.y + disc.radius + 1), 0, frame.height);
  for (let y = clamp(floor(disc.y - disc.radius - 1), 0, frame.height); y < bottom; y += 1) {
    const right = clamp(ceil(disc.x + disc.radius + 1), 0, frame.width);
    for (let x = clamp(floor(disc.x - disc.radius - 1), 0, frame.width); x < right; x += 1) {
      const dx = (x + 0.5 - disc.x) / disc.radius;
      const dy = (y + 0.5 - disc.y) / disc.radius;
      const distance = sqrt(dx * dx + dy * dy);
      const cover = smoothstep(1 + 1 / disc.radius, 1 - 1 / disc.radius, distance);
      if (cover <= 0) continue;
      if (light.night) moonlight(dx, dy, brief.seed, color);
      else color.copy(light.glow).scale(2.2).add(light.sun, 2.4);
      const index = y * frame.width + x;
      frame.blend(index, color, cover * (frame.open?.[index] ?? 1));
    }
  }
};

/** A full moon: bright highlands, darker seas, a slight darkening to the limb. */
const moonlight = (dx: number, dy: number, seed: number, out: Rgb): void => {
  const limb = sqrt(max(0, 1 - dx * dx - dy * dy));
  const seas = smoothstep(-0.1, 0.35, fbm(dx * 1.7 + 3, dy * 1.7, 4, seed + 401));
  const rough = fbm(dx * 7, dy * 7, 3, seed + 409) * 0.12;
  out.set(1.05, 1.02, 0.93).scale((0.9 - 0.42 * seas + rough) * (0.55 + 0.45 * limb));
};
