import { accent, type Brief } from './brief.js';
import { CoarseMap } from './coarse-map.js';
import { Rgb } from './color.js';
import { type Frame } from './frame.js';
import { fbm } from './noise.js';
import { Random } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';
import { type StudioLight, studioLightOf } from './studio-light.js';

const { cos, max, min, round, sin, sqrt } = Math;

/** Channels of the cloth's map. */
const HEIGHT = 0;
const WARP = 1;
const FOLD = 2;
const SLOPE_X = 3;
const SLOPE_Y = 4;

/**
 * Height of a folded cloth, by domain warping (Quilez): noise that bends the place where noise is read.
 * @param seconds age of the scene: the folds wander
 */
export const clothOf = (
  frame: { readonly width: number; readonly height: number },
  brief: Brief,
  seconds = 0,
): ((x: number, y: number, out: Float64Array) => void) => {
  const { composition, camera, seed } = brief;
  const random = Random.of(seed, 'cloth');
  const octaves = round(mix(1, 4, sqrt(brief.detail)));
  const angle = random.between(-0.6, 0.6) + composition.lean * 0.5;
  const turn = { cos: cos(angle), sin: sin(angle) };
  const stretch = random.between(1.2, 1.9);
  const busy = mix(0.5, 1, min(1, composition.density)) * (composition.density > 1 ? 1.3 : 1);
  const unit = (1.15 / sqrt(frame.width * frame.height)) * (camera.focal / 0.85) ** -0.6 * busy;
  const tilt = sin(camera.pitch) * 0.75;
  const [slow, quick, wave] = [seconds * 0.05, seconds * 0.075, seconds * 0.55];
  return (px, py, out) => {
    // A tilted camera sees the far edge of the cloth smaller.
    const far = unit / max(0.25, 1 + tilt * (py / frame.height - 0.5) * 1.6);
    const x = (px - composition.x * frame.width) * far;
    const y = (py - frame.height / 2) * far + tilt * 2.2;
    const u = (x * turn.cos - y * turn.sin) * 0.8;
    const v = (x * turn.sin + y * turn.cos) * stretch;
    const warp = fbm(u + slow, v, 2, seed + 3);
    const fold = fbm(u + 5.2 + warp, v + 1.3 - quick, octaves, seed + 5);
    const flow = fbm(u + 1.4 * fold + warp, v + 1.2 * warp - fold * 0.6 + slow, octaves, seed + 7);
    out[HEIGHT] = sin((flow * 1.4 + v * 0.6 + fold * 0.5) * 4.4 - wave) * 0.5 + flow * 0.9;
    out[WARP] = warp;
    out[FOLD] = fold;
  };
};

/** Channels of a cloth's map: its height, two kinds of noise that choose the dye, and the slopes that `addSlopes` finds. */
export const CLOTH_CHANNELS = 5;

/** Slopes from the neighbours on both sides, per share of the picture's mean side. */
export const addSlopes = (map: CoarseMap, meanSide: number): void => {
  const scale = (meanSide / map.factor) * 0.05;
  for (let row = 0; row < map.rows; row += 1) {
    for (let column = 0; column < map.columns; column += 1) {
      map.put(column, row, SLOPE_X, (map.at(column + 1, row, HEIGHT) - map.at(column - 1, row, HEIGHT)) * scale);
      map.put(column, row, SLOPE_Y, (map.at(column, row + 1, HEIGHT) - map.at(column, row - 1, HEIGHT)) * scale);
    }
  }
};

/** Colour of a point of the cloth: dye by height and folds, light by slope, and the sheen of a woven surface. */
export class Silk {
  private readonly lamps: StudioLight;
  private readonly main: Rgb;
  private readonly deep: Rgb;
  private readonly second: Rgb;
  private readonly third: Rgb;
  private readonly tint: Rgb;
  private readonly out = new Rgb();

  constructor(brief: Brief) {
    const random = Random.of(brief.seed, 'palette');
    const hue = random.next();
    this.lamps = studioLightOf(brief);
    this.main = accent(brief, 0, hue);
    this.second = accent(brief, 1, hue + random.pick(0.42, 0.12, 0.58));
    this.third = accent(brief, 2, hue + random.pick(0.08, 0.5, 0.9));
    this.deep = this.main.clone().mix(this.second, 0.4).scale(0.14);
    this.tint = this.lamps.key.clone().mix(new Rgb(1, 1, 1), 0.55);
  }

  color(point: Float64Array): Rgb {
    const { lamps, out } = this;
    const height = point[HEIGHT] ?? 0;
    const warp = point[WARP] ?? 0;
    const fold = point[FOLD] ?? 0;
    const slopeX = point[SLOPE_X] ?? 0;
    const slopeY = point[SLOPE_Y] ?? 0;
    const upright = 1 / sqrt(1 + slopeX * slopeX + slopeY * slopeY);
    const facing = (-slopeX * lamps.x + slopeY * lamps.y + lamps.z) * upright;
    const wrap = 0.4 * lamps.size;
    const lit = max(0, (facing + wrap) / (1 + wrap));
    out.copy(this.deep).mix(this.main, smoothstep(-0.9, 0.4, height + warp * 0.6));
    out
      .mix(this.second, smoothstep(0.02, 0.6, fold + warp * 0.4))
      .mix(this.third, smoothstep(0.5, 1.2, height - fold * 0.5) * 0.8);
    const sheen = saturate((lamps.z + 1) * 0.5 * upright + facing * 0.55) ** mix(30, 12, lamps.size);
    out.scale(0.1 + lamps.fill.g * 0.9 + lit * 0.95).multiply(this.tint);
    return out.add(lamps.key, sheen * 0.3).add(lamps.rim, (1 - upright) ** 3 * 0.5);
  }
}

/** Distance of a point of the cloth from the camera. */
export const clothDepth = (point: Float64Array): number => 300 * (1.25 - (point[HEIGHT] ?? 0) * 0.35);

/** Flowing folds of silk in the colours of the prompt: the picture for words that name no scene. */
export function* paintAbstract(frame: Frame, brief: Brief): Generator<number, void> {
  const map = new CoarseMap(frame.width, frame.height, 2, CLOTH_CHANNELS);
  for (const share of map.fill(clothOf(frame, brief))) yield share * 0.55;
  addSlopes(map, sqrt(frame.width * frame.height));
  const silk = new Silk(brief);
  const point = new Float64Array(CLOTH_CHANNELS);
  for (let y = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1) {
      map.read(x, y, point);
      frame.put(y * frame.width + x, silk.color(point), clothDepth(point));
    }
    if (y % 24 === 23) yield 0.55 + (0.45 * y) / frame.height;
  }
}
