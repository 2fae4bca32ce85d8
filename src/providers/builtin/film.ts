import { clamp, saturate } from './scalar.js';

const { min, pow, sqrt } = Math;

/** Entries of the table, spread over the square root of the light: dark tones need the finer steps. */
const SIZE = 4096;
/** Brightest light that the table tells apart from white. */
const BRIGHTEST = 9;

/** Film curve: a rational fit of the ACES reference rendering (Narkowicz 2015), which rolls highlights off and keeps blacks deep. */
const film = (x: number): number => saturate((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14));

/** Linear light to screen value 0 – 1 (IEC 61966-2-1). */
export const toScreen = (linear: number): number =>
  linear <= 0.0031308 ? linear * 12.92 : 1.055 * pow(linear, 1 / 2.4) - 0.055;

/** Contrast around middle grey that leaves black black and white white. */
const bend = (screen: number, contrast: number): number =>
  clamp(0.46 + (screen - 0.46) * contrast, screen * 0.35, 1 - (1 - screen) * 0.35);

/** Film curve, contrast and screen encoding as one table, because a picture asks three times a pixel. */
export class Film {
  private readonly table: Float32Array;

  constructor(contrast: number) {
    this.table = Float32Array.from({ length: SIZE + 2 }, (_, index) => {
      const light = BRIGHTEST * (index / SIZE) ** 2;
      return bend(toScreen(film(light * 0.82)), contrast);
    });
  }

  /** Screen value 0 – 1 of a light. */
  develop(light: number): number {
    if (!(light > 0)) return this.table[0] ?? 0;
    const place = min(SIZE, sqrt(light * (1 / BRIGHTEST)) * SIZE);
    const index = place | 0;
    const low = this.table[index] ?? 0;
    return low + ((this.table[index + 1] ?? 0) - low) * (place - index);
  }
}
