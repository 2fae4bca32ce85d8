import { toLinear } from '../color.js';
import { toScreen } from '../film.js';

const { cbrt } = Math;

/** A colour in Oklab (Ottosson 2020): lightness 0 – 1, green to red, blue to yellow. Mutable: it is used in inner loops. */
export interface Lab {
  l: number;
  a: number;
  b: number;
}

const LINEAR = Float64Array.from({ length: 256 }, (_, value) => toLinear(value / 255));

/** From eight-bit sRGB. */
export const toLab = (red: number, green: number, blue: number, out: Lab): Lab => {
  const r = LINEAR[red] ?? 0;
  const g = LINEAR[green] ?? 0;
  const b = LINEAR[blue] ?? 0;
  const long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  out.l = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short;
  out.a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  out.b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  return out;
};

/** To sRGB, 0 – 255 and beyond where the screen has no such colour. */
export const fromLab = ({ l, a, b }: Lab, out: Float64Array): void => {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  out[0] = toScreen(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short) * 255;
  out[1] = toScreen(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short) * 255;
  out[2] = toScreen(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short) * 255;
};
