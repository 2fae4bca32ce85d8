import { type ImageRequest } from '../image-provider.port.js';
import { hex, Rgb } from './color.js';
import { type PromptReading } from './prompt-reading.js';
import { type Random } from './random.js';
import { clamp } from './scalar.js';
import { type TimeOfDay } from './vocabulary.data.js';

const { PI, atan, exp, max, sqrt } = Math;

/** The light of a scene. Colours are linear; a white wall in `sun` light at noon is about 1.3. */
export interface Light {
  /** Height of the sun or the moon above the horizon, in radians. */
  readonly elevation: number;
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

type SkyColors = Pick<Light, 'sun' | 'zenith' | 'middle' | 'horizon' | 'glow'> & { readonly degrees: number };

/** Skies from night to noon by the sun's height; between them colours are blended. */
const SKIES: readonly SkyColors[] = [
  {
    degrees: -14,
    zenith: hex(0x050a1e),
    middle: hex(0x0d1b3c),
    horizon: hex(0x24375f),
    glow: hex(0x50679a),
    sun: new Rgb(0.16, 0.21, 0.33),
  },
  {
    degrees: -5,
    zenith: hex(0x142250),
    middle: hex(0x4b4580),
    horizon: hex(0xd08a7a),
    glow: hex(0xff8a5c),
    sun: new Rgb(0.4, 0.28, 0.34),
  },
  {
    degrees: 3,
    zenith: hex(0x2c5590),
    middle: hex(0xc596a0),
    horizon: hex(0xffb878),
    glow: hex(0xff9a3c),
    sun: new Rgb(1.9, 0.88, 0.36),
  },
  {
    degrees: 12,
    zenith: hex(0x2f6cb0),
    middle: hex(0x9dbcd4),
    horizon: hex(0xf6dcb8),
    glow: hex(0xffd08a),
    sun: new Rgb(1.75, 1.25, 0.78),
  },
  {
    degrees: 40,
    zenith: hex(0x1f5fae),
    middle: hex(0x6aa4d8),
    horizon: hex(0xcfe2ee),
    glow: hex(0xfff1d8),
    sun: new Rgb(1.55, 1.42, 1.22),
  },
];

const skyAt = (degrees: number): Omit<SkyColors, 'degrees'> => {
  const above = SKIES.findIndex((each) => each.degrees >= degrees);
  const last = SKIES.length - 1;
  const high = SKIES[above < 0 ? last : above] as SkyColors;
  const low = SKIES[above < 0 ? last : max(0, above - 1)] as SkyColors;
  const span = high.degrees - low.degrees;
  const t = span === 0 ? 0 : clamp((degrees - low.degrees) / span, 0, 1);
  const blend = (a: Rgb, b: Rgb): Rgb => a.clone().mix(b, t);
  return {
    sun: blend(low.sun, high.sun),
    zenith: blend(low.zenith, high.zenith),
    middle: blend(low.middle, high.middle),
    horizon: blend(low.horizon, high.horizon),
    glow: blend(low.glow, high.glow),
  };
};

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

/** Storm light: slate instead of blue, and little sun. */
const darken = (sky: Omit<SkyColors, 'degrees'>): void => {
  for (const color of [sky.zenith, sky.middle, sky.horizon, sky.glow, sky.sun]) {
    const grey = color.luminance;
    color.mix(new Rgb(grey * 0.92, grey, grey * 1.12), 0.6).scale(0.5);
  }
  sky.zenith.scale(0.6);
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
  const hour = reading.time !== null && visual.lighting !== 'golden-hour' ? DEGREES[reading.time] : null;
  const degrees = night ? -14 : (hour ?? setup.degrees ?? 20);
  const sky = skyAt(degrees);
  for (const color of [sky.sun, sky.zenith, sky.middle, sky.horizon, sky.glow]) {
    const grey = color.luminance;
    color.mix(new Rgb(grey, grey, grey), setup.neutral * 0.8);
  }
  const overcast = max(0, cloudsOf(reading, setup.clouds) - 0.6) / 0.4;
  sky.sun.scale(1 - 0.45 * overcast);
  const storm = reading.wanted.has('storm');
  if (storm) darken(sky);
  return {
    ...sky,
    elevation: night ? atan(0.4 / frame.focal) : (max(degrees, 1.2) * PI) / 180,
    azimuth: side * (night || setup.azimuth < 0.7 ? atan(random.between(0.2, 0.34) / frame.focal) : setup.azimuth),
    ambient: setup.ambient * (night ? 3.6 : degrees < 0 ? 1.7 : 1),
    clouds: cloudsOf(reading, night ? setup.clouds * 0.55 : setup.clouds),
    haze: hazeOf(reading, setup.haze),
    rays: reading.unwanted.has('rays') ? 0 : max(setup.rays, reading.wanted.has('rays') ? 0.9 : 0),
    stars: reading.unwanted.has('stars') ? 0 : night ? 1 : degrees < 0 ? 0.35 : 0,
    night,
    exposure: setup.exposure * (night ? 1.5 : 1) * (storm ? 0.8 : 1),
    contrast: setup.contrast,
    softness: setup.softness,
  };
};
