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
  private readonly film: Film;
  private readonly gain: Rgb;
  private readonly shadows: Rgb;
  private readonly middle: Rgb;
  private readonly highlights: Rgb;
  private readonly bytes: Uint8Array<ArrayBuffer>;
  /** One row on its way: light first, then screen values 0 – 1, three numbers a pixel. */
  private readonly row: Frame;
  private readonly glareRow: Frame;

  /** @param glare light to add, at an eighth of the frame's size; null for none */
  constructor(
    private readonly frame: Frame,
    private readonly glare: Frame | null,
    private readonly look: Look,
    private readonly print: Print,
  ) {
    this.film = new Film(look.contrast);
    this.gain = look.balance.clone().scale(look.exposure);
    this.shadows = onScreen(look.shadows);
    this.middle = onScreen(look.middle);
    this.highlights = onScreen(look.highlights);
    this.bytes = new Uint8Array(print.width * print.height * 3);
    this.row = new Frame(print.width, 1);
    this.glareRow = new Frame(print.width, 1);
  }

  /** Develops in bands of rows; yields the share that is done. */
  *run(): Generator<number, Pixels> {
    const { width, height, roll } = this.print;
    const { ramp, toning, lift } = this.look;
    const margin = round(this.look.margin * min(width, height));
    for (let y = 0; y < height; y += 1) {
      if (roll === 0) this.takeRow(y);
      else this.takeRolledRow(y);
      this.exposeRow(y);
      if (ramp > 0) this.rampRow();
      else if (toning > 0) this.toneRow();
      if (lift > 0) this.liftRow();
      if (margin > 0) this.frameRow(y, margin);
      this.writeRow(y);
      if (y % 32 === 31) yield y / height;
    }
    return { width, height, bytes: this.bytes };
  }

  /** The light of a row, with the halo. */
  private takeRow(y: number): void {
    const row = this.row.light;
    const start = y * this.frame.width * 3;
    row.set(this.frame.light.subarray(start, start + row.length));
    if (this.glare === null) return;
    this.glareRow.fillRow(0, this.glare, y / HALO_FACTOR, HALO_FACTOR);
    const halo = this.glareRow.light;
    for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) + (halo[at] ?? 0);
  }

  /** The same for a camera that was rolled: the frame is read along a turned row. */
  private takeRolledRow(y: number): void {
    const { frame, print, color, halo, glare } = this;
    const along = cos(print.roll);
    const across = sin(print.roll);
    const dy = y + 0.5 - print.height / 2;
    for (let x = 0; x < print.width; x += 1) {
      const dx = x + 0.5 - print.width / 2;
      const fx = frame.width / 2 + dx * along - dy * across;
      const fy = frame.height / 2 + dx * across + dy * along;
      frame.sample(fx, fy, color);
      if (glare !== null) color.add(glare.sample(fx / HALO_FACTOR, fy / HALO_FACTOR, halo));
      this.row.put(x, color, 0);
    }
  }

  /** Exposure, vignette and saturation on light, then the film. */
  private exposeRow(y: number): void {
    const { film, gain, look, print } = this;
    const row = this.row.light;
    const ny = (2 * (y + 0.5)) / print.height - 1;
    const bars = 1 - look.letterbox * smoothstep(0.62, 1.02, abs(ny));
    const { saturation, vignette } = look;
    for (let at = 0; at < row.length; at += 3) {
      const nx = (at * (2 / 3) + 1) / print.width - 1;
      const corner = (nx * nx + ny * ny) * 0.5;
      const shade = bars * (1 - vignette * corner * (0.6 + 0.4 * corner));
      const r = (row[at] ?? 0) * gain.r * shade;
      const g = (row[at + 1] ?? 0) * gain.g * shade;
      const b = (row[at + 2] ?? 0) * gain.b * shade;
      const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      row[at] = film.develop(mix(grey, r, saturation));
      row[at + 1] = film.develop(mix(grey, g, saturation));
      row[at + 2] = film.develop(mix(grey, b, saturation));
    }
  }

  /** Replaces a share of the picture by the ramp shadows → middle → highlights. */
  private rampRow(): void {
    const { row, color, tone, look } = this;
    for (let x = 0; x < this.print.width; x += 1) {
      row.pick(x, color);
      const value = color.luminance;
      tone
        .copy(this.shadows)
        .mix(this.middle, smoothstep(0.1, 0.55, value))
        .mix(this.highlights, smoothstep(0.5, 0.95, value));
      row.put(x, color.mix(tone.scale(0.4 + 0.7 * value), look.ramp), 0);
    }
  }

  /** Split toning: one colour for shadows, one for highlights, at the brightness that was there. */
  private toneRow(): void {
    const { row, color, tone, look } = this;
    for (let x = 0; x < this.print.width; x += 1) {
      row.pick(x, color);
      const value = color.luminance;
      tone.copy(this.shadows).mix(this.highlights, smoothstep(0.15, 0.85, value));
      tone.scale(value / max(0.1, tone.luminance));
      row.put(x, color.mix(tone, look.toning * (0.85 - 0.5 * value)), 0);
    }
  }

  private liftRow(): void {
    const row = this.row.light;
    for (let at = 0; at < row.length; at += 1) row[at] = mix(this.look.lift, 1, row[at] ?? 0);
  }

  /** Lays the paper's margin over a row. */
  private frameRow(y: number, margin: number): void {
    const { width, height } = this.print;
    const whole = y < margin || y >= height - margin;
    for (let x = 0; x < width; x += 1) {
      if (whole || x < margin || x >= width - margin) this.row.put(x, PAPER, 0);
    }
  }

  /** Triangular dither of one step hides bands in skies; grain is strongest in the middle tones, as on film. */
  private writeRow(y: number): void {
    const { bytes, print } = this;
    const row = this.row.light;
    const grain = this.look.grain * 280;
    const start = y * print.width * 3;
    const key = imul(y, 0x165667b1) ^ print.seed;
    for (let at = 0; at < row.length; at += 3) {
      const bits = mixBits(imul(at, 0x27d4eb2d) ^ key);
      const triangle = ((bits & 0xffff) + (bits >>> 16)) / 65536 - 1;
      const value = saturate(row[at + 1] ?? 0);
      const noise = triangle * (0.8 + grain * (0.35 + 2.6 * value * (1 - value))) + 0.5;
      bytes[start + at] = clamp((row[at] ?? 0) * 255 + noise, 0, 255);
      bytes[start + at + 1] = clamp((row[at + 1] ?? 0) * 255 + noise, 0, 255);
      bytes[start + at + 2] = clamp((row[at + 2] ?? 0) * 255 + noise, 0, 255);
    }
  }
}
