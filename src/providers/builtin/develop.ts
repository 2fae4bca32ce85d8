import { Rgb } from './color.js';
import { Film, toScreen } from './film.js';
import { Frame } from './frame.js';
import { type Look } from './look.js';
import { mixBits } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';

const { abs, cos, imul, max, min, round, sin } = Math;

/** Eight-bit sRGB, three bytes a pixel, rows from above. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Size of the print, the camera's roll that it undoes (radians), and the seed of its grain. */
export interface Print {
  readonly width: number;
  readonly height: number;
  readonly roll: number;
  readonly seed: number;
}

/** Pixels of the frame for one pixel of the halo. */
export const HALO_FACTOR = 8;

const PAPER = new Rgb(0.955, 0.948, 0.933);

/** A colour in screen values, for toning. */
const onScreen = (color: Rgb): Rgb => new Rgb(toScreen(color.r), toScreen(color.g), toScreen(color.b));

/** Turns light into a print: halo, exposure, film curve, toning, vignette, grain, dither. */
export class Developer {
  private readonly color = new Rgb();
  private readonly halo = new Rgb();
  private readonly tone = new Rgb();
  private readonly glareRow: Frame;
  private readonly film: Film;
  private readonly gain: Rgb;
  private readonly shadows: Rgb;
  private readonly middle: Rgb;
  private readonly highlights: Rgb;
  private readonly cos: number;
  private readonly sin: number;

  /** @param glare light to add, at an eighth of the frame's size; null for none */
  constructor(
    private readonly frame: Frame,
    private readonly glare: Frame | null,
    private readonly look: Look,
    private readonly print: Print,
  ) {
    this.glareRow = new Frame(print.width, 1);
    this.cos = cos(print.roll);
    this.sin = sin(print.roll);
    this.film = new Film(look.contrast);
    this.gain = look.balance.clone().scale(look.exposure);
    this.shadows = onScreen(look.shadows);
    this.middle = onScreen(look.middle);
    this.highlights = onScreen(look.highlights);
  }

  /** Develops in bands of rows; yields the share that is done. */
  *run(): Generator<number, Pixels> {
    const { width, height } = this.print;
    const bytes = new Uint8Array(width * height * 3);
    const margin = round(this.look.margin * min(width, height));
    for (let y = 0; y < height; y += 1) {
      const ny = (2 * (y + 0.5)) / height - 1;
      const bars = 1 - this.look.letterbox * smoothstep(0.62, 1.02, abs(ny));
      if (this.glare !== null) this.glareRow.fillRow(0, this.glare, y / HALO_FACTOR, HALO_FACTOR);
      const onMargin = y < margin || y >= height - margin;
      for (let x = 0; x < width; x += 1) {
        if (onMargin || x < margin || x >= width - margin) this.color.copy(PAPER);
        else {
          const nx = (2 * (x + 0.5)) / width - 1;
          const corner = (nx * nx + ny * ny) * 0.5;
          this.expose(x, y, bars * (1 - this.look.vignette * corner * (0.6 + 0.4 * corner)));
          this.grade();
        }
        this.write(bytes, x, y);
      }
      if (y % 32 === 31) yield y / height;
    }
    return { width, height, bytes };
  }

  /** Light of a pixel of the print through the lens and onto the film; a rolled camera reads the frame along turned rows. */
  private expose(x: number, y: number, shade: number): void {
    const { frame, print, color, halo, film, gain } = this;
    if (print.roll === 0) {
      frame.pick(y * frame.width + x, color);
      color.add(this.glareRow.pick(x, halo));
    } else {
      const dx = x + 0.5 - print.width / 2;
      const dy = y + 0.5 - print.height / 2;
      const fx = frame.width / 2 + dx * this.cos - dy * this.sin;
      const fy = frame.height / 2 + dx * this.sin + dy * this.cos;
      frame.sample(fx, fy, color);
      if (this.glare !== null) color.add(this.glare.sample(fx / HALO_FACTOR, fy / HALO_FACTOR, halo));
    }
    const r = color.r * gain.r * shade;
    const g = color.g * gain.g * shade;
    const b = color.b * gain.b * shade;
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const { saturation } = this.look;
    color.r = film.develop(mix(grey, r, saturation));
    color.g = film.develop(mix(grey, g, saturation));
    color.b = film.develop(mix(grey, b, saturation));
  }

  /** Ramp, split toning and lifted blacks, on screen values. */
  private grade(): void {
    const { color, look, tone } = this;
    const value = color.luminance;
    if (look.ramp > 0) {
      tone
        .copy(this.shadows)
        .mix(this.middle, smoothstep(0.1, 0.55, value))
        .mix(this.highlights, smoothstep(0.5, 0.95, value));
      color.mix(tone.scale(0.4 + 0.7 * value), look.ramp);
    } else if (look.toning > 0) {
      tone.copy(this.shadows).mix(this.highlights, smoothstep(0.15, 0.85, value));
      color.mix(tone.scale(value / max(0.1, tone.luminance)), look.toning * (0.85 - 0.5 * value));
    }
    if (look.lift > 0) color.scale(1 - look.lift).set(color.r + look.lift, color.g + look.lift, color.b + look.lift);
  }

  /** Triangular dither of one step hides bands in skies; grain is strongest in the middle tones, as on film. */
  private write(bytes: Uint8Array, x: number, y: number): void {
    const { color, look } = this;
    const bits = mixBits(imul(x, 0x27d4eb2d) ^ imul(y, 0x165667b1) ^ this.print.seed);
    const triangle = ((bits & 0xffff) + (bits >>> 16)) / 65536 - 1;
    const value = saturate(color.g);
    const noise = triangle * (0.8 + look.grain * 280 * (0.35 + 2.6 * value * (1 - value))) + 0.5;
    const at = (y * this.print.width + x) * 3;
    bytes[at] = clamp(color.r * 255 + noise, 0, 255);
    bytes[at + 1] = clamp(color.g * 255 + noise, 0, 255);
    bytes[at + 2] = clamp(color.b * 255 + noise, 0, 255);
  }
}
