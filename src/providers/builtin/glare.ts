import { type Brief } from './brief.js';
import { type View } from './camera.js';
import { HALO_FACTOR } from './develop.js';
import { type Frame } from './frame.js';
import { bloomOf, raysOf } from './lens.js';
import { stage } from './progress.js';

const { abs, cos, max, tan } = Math;

/** What lens and air do with the light of a frame. */
export interface Glow {
  /** Strength of the halos around bright places. */
  readonly bloom: number;
  /** Strength of the beams from the sun. */
  readonly beams: number;
  readonly night: boolean;
  /** Where the sun stands, in pixels of the frame. */
  readonly sun: { readonly x: number; readonly y: number };
}

/** How strong the beams from the sun are: only outdoors, and where it stands in or near the picture. */
export const beamsOf = ({ light, reading }: Brief): number => {
  const indoors = ['space', 'portrait', 'still-life', 'flower', 'abstract'].includes(reading.scene);
  if (indoors || abs(light.azimuth) > 1) return 0;
  return 0.5 * max(light.rays, reading.scene === 'forest' && !reading.unwanted.has('rays') ? 0.7 : 0);
};

/** Where the sun stands in a view, in pixels; a sunken one just above the horizon. */
export const sunIn = (view: View, { light }: Brief): { readonly x: number; readonly y: number } => ({
  x: view.x(tan(light.azimuth)),
  y: view.y(tan(max(light.elevation, 0.12)) / cos(light.azimuth)),
});

/** Halos around bright places and beams from the sun, at an eighth of the frame's size. Null for nothing. */
export function* glareOf(frame: Frame, { bloom, beams, night, sun }: Glow): Generator<number, Frame | null> {
  if (bloom <= 0 && beams <= 0) return null;
  const glare = yield* stage(0, 0.4, bloomOf(frame, 0.75));
  const bright = beams > 0 ? yield* stage(0.4, 0.8, bloomOf(frame, night ? 0.4 : 0.55)) : null;
  const rays = bright === null ? null : raysOf(bright, sun.x / HALO_FACTOR, sun.y / HALO_FACTOR);
  for (let at = 0; at < glare.light.length; at += 1) {
    glare.light[at] = (glare.light[at] ?? 0) * bloom + (rays?.light[at] ?? 0) * beams;
  }
  return glare;
}
