import { type Brief } from '../brief.js';
import { Rgb } from '../color.js';
import { type Light } from '../light.js';
import { clamp, mix, saturate } from '../scalar.js';
import { skyAt } from '../sky-colors.js';
import { type VideoOrder } from '../../image-provider.port.js';

const { PI, max, min, pow, sign } = Math;

/** How many seconds of a scene pass in one of a video. */
export interface Pace {
  readonly sky: number;
  readonly water: number;
  readonly actors: number;
  readonly stars: number;
  /** Whether the sun moves. */
  readonly sun: boolean;
}

const USUAL: Pace = { sky: 1, water: 1, actors: 1, stars: 0, sun: false };
// Hours in seconds; water that ran as fast as the clouds would only flicker.
const LAPSE: Pace = { sky: 17, water: 3.5, actors: 4, stars: 1, sun: true };

/** The pace of time under an order's motion. */
export const paceOf = ({ motion }: VideoOrder): Pace => (motion === 'time-lapse' ? LAPSE : USUAL);

/** Degrees that the sun moves in a whole time-lapse: up in the morning, else down. */
const courseOf = ({ reading }: Brief, degrees: number): number =>
  reading.time === 'dawn' ? 11 : -min(8, max(3, degrees + 6));

const ratio = (to: number, from: number): number => clamp(to / max(1e-4, from), 0.2, 3);

/** Moves a colour of the light as the sky's colours change between two heights of the sun; a little less in its hue, which would get glaring. */
const shift = (color: Rgb, from: Rgb, to: Rgb): Rgb => {
  const dimmed = ratio(to.luminance, from.luminance);
  const factor = (after: number, before: number): number => mix(ratio(after, before), dimmed, 0.35);
  return new Rgb(color.r * factor(to.r, from.r), color.g * factor(to.g, from.g), color.b * factor(to.b, from.b));
};

/** The light after a share of a time-lapse, 0 – 1: the sun rises or sinks and draws the sky's colours after it. By night the moon climbs. */
const lightLater = (brief: Brief, share: number): Light => {
  const { light } = brief;
  const turn = sign(light.azimuth) * 0.06 * share;
  if (light.night) return { ...light, elevation: light.elevation + 0.12 * share, azimuth: light.azimuth - turn };
  const move = courseOf(brief, light.degrees) * share;
  const before = skyAt(light.degrees);
  const after = skyAt(light.degrees + move);
  return {
    ...light,
    zenith: shift(light.zenith, before.zenith, after.zenith),
    middle: shift(light.middle, before.middle, after.middle),
    horizon: shift(light.horizon, before.horizon, after.horizon),
    glow: shift(light.glow, before.glow, after.glow),
    sun: shift(light.sun, before.sun, after.sun),
    elevation: light.elevation + (move * PI) / 180,
    azimuth: light.azimuth + turn,
  };
};

/** The brief of a scene at a moment of the video: its own, or in a time-lapse one whose sun has moved. */
export const briefLater = (brief: Brief, order: VideoOrder, seconds: number): Brief => {
  if (!paceOf(order).sun) return brief;
  return { ...brief, light: lightLater(brief, saturate(seconds / order.durationSeconds)) };
};

/** What lights the ground, as one colour. */
const daylight = ({ light }: Brief): Rgb =>
  light.zenith.clone().mix(light.middle, 0.5).scale(light.ambient).add(light.sun, 0.6);

/** By how much the ground gets brighter from one brief to another, as factors; weaker than the light itself, as eyes and cameras follow it. */
export const gainBetween = (before: Brief, after: Brief): Rgb => {
  const from = daylight(before);
  const to = daylight(after);
  return new Rgb(pow(ratio(to.r, from.r), 0.85), pow(ratio(to.g, from.g), 0.85), pow(ratio(to.b, from.b), 0.85));
};
