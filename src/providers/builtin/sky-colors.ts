import { hex, Rgb } from './color.js';
import { clamp } from './scalar.js';

const { max } = Math;

/** The light of the sun and of the sky, from the horizon to the zenith, and the shine around the sun. */
export interface SkyColors {
  readonly sun: Rgb;
  readonly zenith: Rgb;
  readonly middle: Rgb;
  readonly horizon: Rgb;
  readonly glow: Rgb;
}

/** Skies from night to noon by the sun's height; between them colours are blended. */
const SKIES: readonly (SkyColors & { readonly degrees: number })[] = [
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

/** The sky while the sun stands at a height in degrees; new colours at each call, for the caller to change. */
export const skyAt = (degrees: number): SkyColors => {
  const above = SKIES.findIndex((each) => each.degrees >= degrees);
  const last = SKIES.length - 1;
  const high = SKIES[above < 0 ? last : above] as (typeof SKIES)[number];
  const low = SKIES[above < 0 ? last : max(0, above - 1)] as (typeof SKIES)[number];
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

/** Storm light: slate instead of blue, and little sun. */
export const darken = (sky: SkyColors): void => {
  for (const color of [sky.zenith, sky.middle, sky.horizon, sky.glow, sky.sun]) {
    const grey = color.luminance;
    color.mix(new Rgb(grey * 0.92, grey, grey * 1.12), 0.6).scale(0.5);
  }
  sky.zenith.scale(0.6);
};
