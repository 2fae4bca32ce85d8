const { floor, max, min, pow } = Math;

/** Linear light, red, green and blue; 1 is the white of the screen, brighter values are allowed. Mutable: it is the accumulator of inner loops. */
export class Rgb {
  constructor(
    public r = 0,
    public g = 0,
    public b = 0,
  ) {}

  set(r: number, g: number, b: number): this {
    this.r = r;
    this.g = g;
    this.b = b;
    return this;
  }

  copy(other: Rgb): this {
    return this.set(other.r, other.g, other.b);
  }

  scale(factor: number): this {
    return this.set(this.r * factor, this.g * factor, this.b * factor);
  }

  /** Adds another colour times a factor. */
  add(other: Rgb, factor = 1): this {
    return this.set(this.r + other.r * factor, this.g + other.g * factor, this.b + other.b * factor);
  }

  multiply(other: Rgb): this {
    return this.set(this.r * other.r, this.g * other.g, this.b * other.b);
  }

  /** Moves towards another colour: nothing at t = 0, all the way at t = 1. */
  mix(other: Rgb, t: number): this {
    return this.set(this.r + (other.r - this.r) * t, this.g + (other.g - this.g) * t, this.b + (other.b - this.b) * t);
  }

  clone(): Rgb {
    return new Rgb(this.r, this.g, this.b);
  }

  /** Relative luminance (Rec. 709). */
  get luminance(): number {
    return 0.2126 * this.r + 0.7152 * this.g + 0.0722 * this.b;
  }
}

/** Screen value 0 – 1 to linear light (IEC 61966-2-1). */
export const toLinear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);

/** A colour as designers write it, e.g. `0xff8800`, in linear light. */
export const hex = (value: number): Rgb =>
  new Rgb(toLinear(((value >> 16) & 255) / 255), toLinear(((value >> 8) & 255) / 255), toLinear((value & 255) / 255));

/** Hue in turns, saturation and value 0 – 1, in linear light. */
export const hsv = (hue: number, saturation: number, value: number): Rgb => {
  const channel = (offset: number): number => {
    const k = (offset + (hue - floor(hue)) * 6) % 6;
    return toLinear(value - value * saturation * max(0, min(k, 4 - k, 1)));
  };
  return new Rgb(channel(5), channel(3), channel(1));
};
