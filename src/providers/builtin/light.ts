import { type ImageRequest } from '../image-provider.port.js';
import { Rgb } from './color.js';
import { type PromptReading } from './prompt-reading.js';
import { type Random } from './random.js';
import { darken, type SkyColors, skyAt } from './sky-colors.js';
import { type TimeOfDay } from './vocabulary.data.js';

const { PI, atan, exp, max, sqrt } = Math;

/** The light of a scene. Colours are linear; a white wall in `sun` light at noon is about 1.3. */
export interface Light {
  /** Height of the sun or the moon above the horizon, in radians. */
  readonly elevation: number;
  /** Height of the sun in degrees that the colours of the sky are of; negative below the horizon. */
  readonly degrees: number;
  /** Direction of the sun from the line of sight, in radians, right is positive; beyond π/2 it stands behind the camera. */
  readonly azimuth: number;
  readonly sun: Rgb;
  readonly zenith: Rgb;
  readonly middle: Rgb;
  readonly horizon: Rgb;
  /** Colour of the shine around the sun. */
  readonly glow: Rgb;
  /** Light from everywhere, as a share of the sky's colours. */
  readonly ambient: number;
  /** 0 (clear) – 1 (overcast). */
  readonly clouds: number;
  /** Thickness of the air; 1 is a usual day. */
  readonly haze: number;
  /** Beams through the air, 0 – 1. */
  readonly rays: number;
  /** 0 – 1. */
  readonly stars: number;
  readonly night: boolean;
  /** Factor of the exposure. */
  readonly exposure: number;
  /** 1 is usual; more deepens shadows. */
  readonly contrast: number;
  /** Width of shadow edges and highlights, 0 (hard) – 1 (soft). */
  readonly softness: number;
}

type Lighting = ImageRequest['visual']['lighting'];

/** What a lighting does to the sky of the hour. */
interface Setup {
  /** Sun's height in degrees; null leaves it to the time of day. */
  readonly degrees: number | null;
  /** Azimuth of the sun in radians, before the side is chosen. */
  readonly azimuth: number;
  readonly ambient: number;
  readonly clouds: number;
  readonly haze: number;
  readonly rays: number;
  readonly exposure: number;
  readonly contrast: number;
  readonly softness: number;
  /** Share by which colours of sky and sun move to neutral grey. */
  readonly neutral: number;
}

const SETUPS: Readonly<Record<NonNullable<ImageRequest['visual']['lighting']>, Setup>> = {
  natural: {
    degrees: 34,
    azimuth: 1.9,
    ambient: 0.85,
    clouds: 0.42,
    haze: 0.8,
    rays: 0,
    exposure: 1,
    contrast: 1,
    softness: 0.4,
    neutral: 0,
  },
  studio: {
    degrees: 42,
    azimuth: 2.1,
    ambient: 1.5,
    clouds: 0.05,
    haze: 1,
    rays: 0,
    exposure: 1.08,
    contrast: 0.95,
    softness: 0.75,
    neutral: 0.75,
  },
  dramatic: {
    degrees: 13,
    azimuth: 0.5,
    ambient: 0.34,
    clouds: 0.8,
    haze: 1.05,
    rays: 0.9,
    exposure: 0.62,
    contrast: 1.35,
    softness: 0.15,
    neutral: 0.2,
  },
  'golden-hour': {
    degrees: 5,
    azimuth: 0.3,
    ambient: 0.8,
    clouds: 0.36,
    haze: 1.3,
    rays: 0.6,
    exposure: 1,
    contrast: 1.04,
    softness: 0.4,
    neutral: 0,
  },
  soft: {
    degrees: 26,
    azimuth: 1.4,
    ambient: 1.3,
    clouds: 0.62,
    haze: 2,
    rays: 0,
    exposure: 1.06,
    contrast: 0.8,
    softness: 1,
    neutral: 0.4,
  },
  hard: {
    degrees: 58,
    azimuth: 1.75,
    ambient: 0.42,
    clouds: 0.08,
    haze: 0.4,
    rays: 0,
    exposure: 1.05,
    contrast: 1.3,
    softness: 0,
    neutral: 0,
  },
};

const DEGREES: Readonly<Record<TimeOfDay, number>> = { night: -14, dusk: -4, sunset: 3.5, dawn: 7, day: 38 };

const setupOf = (lighting: ImageRequest['visual']['lighting'], time: TimeOfDay | null, random: Random): Setup => {
  if (lighting !== undefined) return SETUPS[lighting];
  const degrees = time === null ? random.pick(4, 8, 11, 22) : DEGREES[time];
  return {
    degrees,
    azimuth: degrees < 20 ? random.between(0.15, 0.6) : random.between(1.4, 2.2),
    ambient: 0.8,
    clouds: random.between(0.3, 0.55),
    haze: random.between(0.9, 1.4),
    rays: degrees < 14 ? 0.35 : 0,
    exposure: 1,
    contrast: 1.02,
    softness: 0.4,
    neutral: 0,
  };
};

/** How much of a thing the air hides, 0 – 1: far things more than near ones, low ones in the mist more than summits. */
export const veilOf = (light: Light, share: number, height: number): number => {
  const mist = exp(-max(0, height) * 0.07);
  return 1 - exp(-share * sqrt(share) * light.haze * (1.7 + 3.4 * mist));
};

/** Night stays night under every lighting except the one that names an hour. */
const isNight = (reading: PromptReading, lighting: ImageRequest['visual']['lighting']): boolean =>
  (reading.time === 'night' || (reading.time === null && reading.wanted.has('moon'))) && lighting !== 'golden-hour';

const cloudsOf = (reading: PromptReading, usual: number): number => {
  if (reading.unwanted.has('clouds')) return 0;
  if (reading.wanted.has('storm')) return 0.92;
  return reading.wanted.has('clouds') ? max(usual, 0.62) : usual;
};

const hazeOf = (reading: PromptReading, usual: number): number => {
  if (reading.unwanted.has('fog')) return usual * 0.25;
  return reading.wanted.has('fog') ? usual * 2.2 + 0.8 : usual;
};

/** What the negative prompt leaves of beams and stars. */
const raysOf = ({ wanted, unwanted }: PromptReading, usual: number): number => {
  if (unwanted.has('rays')) return 0;
  return wanted.has('rays') ? max(usual, 0.9) : usual;
};

const starsOf = ({ unwanted }: PromptReading, night: boolean, degrees: number): number => {
  if (unwanted.has('stars')) return 0;
  if (night) return 1;
  return degrees < 0 ? 0.35 : 0;
};

/** The sun's height in degrees: the lighting's own for golden hour, else the prompt's hour, else the lighting's. */
const degreesOf = (reading: PromptReading, setup: Setup, lighting: Lighting, night: boolean): number => {
  if (night) return DEGREES.night;
  const hour = reading.time === null || lighting === 'golden-hour' ? setup.degrees : DEGREES[reading.time];
  return hour ?? 20;
};

/** The sky of the hour, greyed by a neutral lighting, dimmed by clouds, dark in a storm. */
const skyOf = (reading: PromptReading, setup: Setup, degrees: number): SkyColors => {
  const sky = skyAt(degrees);
  for (const color of [sky.sun, sky.zenith, sky.middle, sky.horizon, sky.glow]) {
    const grey = color.luminance;
    color.mix(new Rgb(grey, grey, grey), setup.neutral * 0.8);
  }
  const overcast = max(0, cloudsOf(reading, setup.clouds) - 0.6) / 0.4;
  sky.sun.scale(1 - 0.45 * overcast);
  if (reading.wanted.has('storm')) darken(sky);
  return sky;
};

/** Where the sun stands: by night the moon, in the picture; a low sun in the picture too, a high one beside it. */
const placeOf = (
  setup: Setup,
  degrees: number,
  night: boolean,
  focal: number,
): { readonly elevation: number; readonly inPicture: boolean } => ({
  elevation: night ? atan(0.4 / focal) : (max(degrees, 1.2) * PI) / 180,
  inPicture: night || setup.azimuth < 0.7,
});

/** The light that `lighting` and the prompt's hour and weather ask for. The prompt's hour counts where the lighting does not name one. */
export const lightOf = (
  visual: ImageRequest['visual'],
  reading: PromptReading,
  frame: { readonly focal: number; readonly subject: number },
  random: Random,
): Light => {
  // The sun stands on the side that the subject leaves free.
  const side = (frame.subject === 0.5 ? random.chance(0.5) : frame.subject < 0.5) ? 1 : -1;
  const setup = setupOf(visual.lighting, reading.time, random);
  const night = isNight(reading, visual.lighting);
  const degrees = degreesOf(reading, setup, visual.lighting, night);
  const place = placeOf(setup, degrees, night, frame.focal);
  const storm = reading.wanted.has('storm') ? 0.8 : 1;
  return {
    ...skyOf(reading, setup, degrees),
    elevation: place.elevation,
    degrees,
    azimuth: side * (place.inPicture ? atan(random.between(0.2, 0.34) / frame.focal) : setup.azimuth),
    ambient: setup.ambient * (night ? 3.6 : degrees < 0 ? 1.7 : 1),
    clouds: cloudsOf(reading, night ? setup.clouds * 0.55 : setup.clouds),
    haze: hazeOf(reading, setup.haze),
    rays: raysOf(reading, setup.rays),
    stars: starsOf(reading, night, degrees),
    night,
    exposure: setup.exposure * (night ? 1.5 : 1) * storm,
    contrast: setup.contrast,
    softness: setup.softness,
  };
};
