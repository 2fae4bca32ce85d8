import { type ImageRequest } from '../image-provider.port.js';
import { type Brief } from './brief.js';
import { hex, Rgb } from './color.js';

const { max, min } = Math;

/** How the picture is developed: the darkroom's own recipe, made of style, palette and light. */
export interface Look {
  /** Factor before the film curve. */
  readonly exposure: number;
  /** Slope around middle grey; 1 is neutral. */
  readonly contrast: number;
  readonly saturation: number;
  /** Factors of red, green and blue: the white balance. */
  readonly balance: Rgb;
  /** Colours that shadows and highlights move to, and how far. */
  readonly shadows: Rgb;
  readonly highlights: Rgb;
  readonly toning: number;
  /** Share of the picture that is replaced by the ramp shadows → middle → highlights, by luminance. */
  readonly ramp: number;
  readonly middle: Rgb;
  /** Black is lifted to this screen value, 0 – 1. */
  readonly lift: number;
  /** Darkening of the corners, 0 – 1. */
  readonly vignette: number;
  /** Darkening of the upper and lower edge, 0 – 1. */
  readonly letterbox: number;
  /** Film grain as a standard deviation on the screen, 0 – 1. */
  readonly grain: number;
  /** Light that spreads around bright places. */
  readonly bloom: number;
  /** Paper-white margin as a share of the shorter side. */
  readonly margin: number;
}

interface Recipe {
  exposure: number;
  contrast: number;
  saturation: number;
  balance: Rgb;
  shadows: Rgb;
  highlights: Rgb;
  toning: number;
  ramp: number;
  middle: Rgb;
  lift: number;
  vignette: number;
  letterbox: number;
  grain: number;
  bloom: number;
  margin: number;
}

const neutral = (): Recipe => ({
  exposure: 1,
  contrast: 1.12,
  saturation: 1.1,
  balance: new Rgb(1, 1, 1),
  shadows: new Rgb(0.5, 0.5, 0.5),
  highlights: new Rgb(0.5, 0.5, 0.5),
  toning: 0,
  ramp: 0,
  middle: new Rgb(0.2, 0.2, 0.2),
  lift: 0,
  vignette: 0.16,
  letterbox: 0,
  grain: 0.008,
  bloom: 0.16,
  margin: 0,
});

const STYLES: Readonly<Record<NonNullable<ImageRequest['visual']['style']>, (look: Recipe) => void>> = {
  photorealistic: (look) => {
    look.exposure *= 0.84;
    look.contrast *= 1.14;
    look.saturation *= 0.8;
    look.grain = 0.02;
    look.vignette = 0.26;
    look.bloom = 0.08;
    look.balance.set(1.02, 1, 0.97);
  },
  cinematic: (look) => {
    look.exposure *= 0.86;
    look.contrast *= 1.16;
    look.saturation *= 0.92;
    look.shadows = hex(0x0d5a6b);
    look.highlights = hex(0xffa860);
    look.toning = 0.42;
    look.vignette = 0.42;
    look.letterbox = 0.5;
    look.grain = 0.018;
    look.bloom = 0.42;
  },
  editorial: (look) => {
    look.exposure *= 1.55;
    look.contrast *= 0.92;
    look.saturation *= 0.8;
    look.lift = 0.06;
    look.vignette = 0;
    look.grain = 0.01;
    look.bloom = 0.22;
    look.margin = 0.055;
  },
  commercial: (look) => {
    look.exposure *= 1.12;
    look.contrast *= 1.14;
    look.saturation *= 1.24;
    look.vignette = 0;
    look.grain = 0;
    look.bloom = 0.26;
  },
};

const PALETTES: Readonly<Record<NonNullable<ImageRequest['visual']['color_palette']>, (look: Recipe) => void>> = {
  vibrant: (look) => {
    look.saturation *= 1.6;
    look.contrast *= 1.08;
  },
  pastel: (look) => {
    look.saturation *= 0.95;
    look.contrast *= 0.74;
    look.exposure *= 1.5;
    look.lift += 0.13;
    look.shadows = hex(0x9c8fc4);
    look.highlights = hex(0xffdfe0);
    look.toning = 0.22;
  },
  monochrome: (look) => {
    look.saturation = 0;
    look.contrast *= 1.14;
    look.shadows = hex(0x7a7d84);
    look.highlights = hex(0x85817a);
    look.toning = 0.12;
  },
  warm: (look) => {
    look.balance.set(look.balance.r * 1.2, look.balance.g * 0.98, look.balance.b * 0.66);
    look.shadows = hex(0x6b3a2a);
    look.highlights = hex(0xffc27a);
    look.toning = 0.26;
  },
  cool: (look) => {
    look.balance.set(look.balance.r * 0.74, look.balance.g * 0.98, look.balance.b * 1.28);
    look.shadows = hex(0x1d4470);
    look.highlights = hex(0xb8dcff);
    look.toning = 0.26;
  },
  neon: (look) => {
    look.shadows = hex(0x14063a);
    look.middle = hex(0xe0218a);
    look.highlights = hex(0x35f2ff);
    look.ramp = 0.6;
    look.saturation *= 1.5;
    look.contrast *= 1.12;
    look.bloom += 0.4;
  },
};

/** The recipe of a brief: style first, palette over it, then the strength that `cfgScale` asks for and what the negative prompt takes out. */
export const lookOf = (brief: Brief): Look => {
  const look = neutral();
  const { style, color_palette: palette } = brief.request.visual;
  if (style !== undefined) STYLES[style](look);
  if (palette !== undefined) PALETTES[palette](look);
  const strength = brief.adherence;
  look.exposure *= brief.light.exposure;
  look.contrast *= brief.light.contrast * (1 + (strength - 1) * 0.5);
  look.saturation *= 1 + (strength - 1) * 0.9;
  look.toning = min(0.85, look.toning * strength);
  look.ramp = min(0.9, look.ramp * strength);
  const { unwanted, wanted } = brief.reading;
  if (wanted.has('grain')) look.grain = max(look.grain, 0.03);
  if (unwanted.has('grain')) look.grain = 0;
  if (unwanted.has('vignette')) look.vignette = look.letterbox = 0;
  if (unwanted.has('glow')) look.bloom = 0;
  if (unwanted.has('margin')) look.margin = 0;
  return look;
};
