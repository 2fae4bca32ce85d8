import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { type Look } from './look.js';
import { mixBits } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';

/** Eight-bit sRGB, three bytes a pixel, rows from above. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Linear light 0 – 1 to screen value 0 – 255, as a table over the square root: dark tones need the finer steps. */
const TABLE_SIZE = 4096;
const SCREEN = Float32Array.from({ length: TABLE_SIZE + 1 }, (_, index) => {
  const linear = (index / TABLE_SIZE) ** 2;
  return 255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055);
});

const toScreen = (linear: number): number => SCREEN[(Math.sqrt(saturate(linear)) * TABLE_SIZE + 0.5) | 0] ?? 0;

/** Film curve: a rational fit of the ACES reference rendering (Narkowicz 2015), which rolls highlights off and keeps blacks deep. */
const film = (x: number): number => saturate((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14));

export interface Overlays {
  readonly bloom: Frame | null;
  readonly rays: Frame | null;
  readonly raysStrength: number;
}

/** Turns light into a print: halo, exposure, film curve, toning, vignette, grain, dither. */
export class Developer {
  private readonly color = new Rgb();
  private readonly halo = new Rgb();
  private readonly tone = new Rgb();
  private readonly roll: { readonly cos: number; readonly sin: number };

  constructor(
    private readonly frame: Frame,
    private readonly overlays: Overlays,
    private readonly look: Look,
    private readonly print: {
      readonly width: number;
      readonly height: number;
      readonly roll: number;
      readonly seed: number;
    },
  ) {
    this.roll = { cos: Math.cos(print.roll), sin: Math.sin(print.roll) };
  }

  /** Develops in bands of rows; yields the share that is done. */
  *run(): Generator<number, Pixels> {
    const { width, height } = this.print;
    const bytes = new Uint8Array(width * height * 3);
    const margin = Math.round(this.look.margin * Math.min(width, height));
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (x < margin || y < margin || x >= width - margin || y >= height - margin) this.color.set(0.9, 0.885, 0.855);
        else this.developOne(x, y);
        this.write(bytes, x, y);
      }
      if (y % 32 === 31) yield y / height;
    }
    return { width, height, bytes };
  }

  private developOne(x: number, y: number): void {
    const { color, look, print } = this;
    const { width, height } = print;
    this.expose(x, y);
    color.multiply(look.balance).scale(look.exposure);
    const nx = (2 * (x + 0.5)) / width - 1;
    const ny = (2 * (y + 0.5)) / height - 1;
    const corner = saturate((nx * nx + ny * ny) * 0.5);
    color.scale(
      (1 - look.vignette * corner * (0.6 + 0.4 * corner)) * (1 - look.letterbox * smoothstep(0.62, 1.02, Math.abs(ny))),
    );
    const grey = color.luminance;
    color.set(
      Math.max(0, mix(grey, color.r, look.saturation)),
      Math.max(0, mix(grey, color.g, look.saturation)),
      Math.max(0, mix(grey, color.b, look.saturation)),
    );
    color.set(film(color.r * 0.82), film(color.g * 0.82), film(color.b * 0.82));
    this.grade();
  }

  /** Light of a pixel of the print with halo and beams; a rolled camera reads the frame along turned rows. */
  private expose(x: number, y: number): void {
    const { frame, print, overlays, color, halo } = this;
    let fx = x + 0.5;
    let fy = y + 0.5;
    if (print.roll === 0) frame.read(x, y, color);
    else {
      const dx = fx - print.width / 2;
      const dy = fy - print.height / 2;
      fx = frame.width / 2 + dx * this.roll.cos - dy * this.roll.sin;
      fy = frame.height / 2 + dx * this.roll.sin + dy * this.roll.cos;
      frame.sample(fx, fy, color);
    }
    if (overlays.bloom !== null) color.add(overlays.bloom.sample(fx / 8, fy / 8, halo), this.look.bloom);
    if (overlays.rays !== null) color.add(overlays.rays.sample(fx / 8, fy / 8, halo), overlays.raysStrength);
  }

  /** Contrast around middle grey, ramp, split toning and lifted blacks, on values that the screen will show. */
  private grade(): void {
    const { color, look, tone } = this;
    color.set(this.curve(color.r), this.curve(color.g), this.curve(color.b));
    const value = Math.sqrt(saturate(color.luminance));
    if (look.ramp > 0) {
      tone
        .copy(look.shadows)
        .mix(look.middle, smoothstep(0.1, 0.55, value))
        .mix(look.highlights, smoothstep(0.5, 0.95, value));
      color.mix(tone.scale(0.25 + 0.9 * value), look.ramp);
    } else if (look.toning > 0) {
      tone.copy(look.shadows).mix(look.highlights, smoothstep(0.15, 0.85, value));
      const level = color.luminance / Math.max(0.02, tone.luminance);
      color.mix(tone.scale(level), look.toning * (0.85 - 0.5 * value));
    }
    color.set(mix(look.lift, 1, color.r), mix(look.lift, 1, color.g), mix(look.lift, 1, color.b));
  }

  private curve(value: number): number {
    const screen = Math.sqrt(value);
    const bent = 0.46 + (screen - 0.46) * this.look.contrast;
    const kept = clamp(bent, screen * 0.35, 1 - (1 - screen) * 0.35);
    return kept * kept;
  }

  /** Triangular dither of one step hides bands in skies; grain is strongest in the middle tones, as on film. */
  private write(bytes: Uint8Array, x: number, y: number): void {
    const { color, look } = this;
    const bits = mixBits(Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ this.print.seed);
    const triangle = ((bits & 0xffff) + (bits >>> 16)) / 65536 - 1;
    const value = saturate(color.luminance);
    const noise = triangle * (0.8 + look.grain * 255 * 2.2 * (0.35 + 2.6 * value * (1 - value)));
    const at = (y * this.print.width + x) * 3;
    bytes[at] = clamp(toScreen(color.r) + noise + 0.5, 0, 255);
    bytes[at + 1] = clamp(toScreen(color.g) + noise + 0.5, 0, 255);
    bytes[at + 2] = clamp(toScreen(color.b) + noise + 0.5, 0, 255);
  }
}
