import { blur, shrink } from '../blur.js';
import { type Brief } from '../brief.js';
import { Rgb } from '../color.js';
import { type Frame } from '../frame.js';
import { stage } from '../progress.js';
import { DepthShaper } from './depth-shaper.js';
import { EdgeShaper } from './edge-shaper.js';
import { Field } from './field.js';
import { FigureShaper } from './figure-shaper.js';
import { type Control } from './references.js';
import { StrokeShaper } from './stroke-shaper.js';

const { cos, sin, sqrt } = Math;

/** Changes the light of a picture by what a control image says of the place. */
export interface LightShaper {
  /** @param x @param y place as shares of the picture's width and height @param around the light around it @param color changed in place */
  shape(x: number, y: number, around: Rgb, color: Rgb): void;
}

/** Pixels of the frame for one of the light around a place. */
const AROUND = 16;

/** Direction that light comes from, in the plane of the picture; y is down. */
const directionOf = ({ light }: Brief): { readonly x: number; readonly y: number } => {
  const side = light.azimuth < 0 ? -1 : 1;
  return { x: side * 0.75, y: -0.66 };
};

const meanOf = (frame: Frame): Rgb => {
  const mean = new Rgb();
  const color = new Rgb();
  const size = frame.width * frame.height;
  for (let index = 0; index < size; index += 1) mean.add(frame.pick(index, color), 1 / size);
  return mean;
};

const shaperOf = ({ type, picture, bands }: Control, brief: Brief, around: Frame): LightShaper | null => {
  const brightness = Field.brightnessOf(picture);
  const from = directionOf(brief);
  switch (type) {
    case 'canny':
      return new EdgeShaper(brightness, bands, from);
    case 'scribble':
      return new StrokeShaper(brightness, bands, around, brief.seed);
    case 'depth':
      return new DepthShaper(brightness, bands, from, meanOf(around));
    case 'pose':
      return new FigureShaper(Field.strengthOf(picture), bands, from, around);
    case 'tile':
      // Tiles keep colours as they are seen, so they are laid over the print.
      return null;
    default:
      return type satisfies never;
  }
};

/** Lets a control image shape the light of a frame; yields the share that is done. */
export function* shapeLight(frame: Frame, brief: Brief, control: Control): Generator<number, void> {
  const around = shrink(frame, AROUND);
  yield 0.1;
  yield* stage(0.1, 0.2, blur(around, sqrt(around.width * around.height) * 0.05));
  const shaper = shaperOf(control, brief, around);
  if (shaper === null) return;
  yield 0.4;
  const { width, height } = brief.request;
  const along = cos(brief.camera.roll);
  const across = sin(brief.camera.roll);
  const color = new Rgb();
  const near = new Rgb();
  for (let y = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1) {
      // The frame of a rolled camera is turned against the print, and larger.
      const dx = x + 0.5 - frame.width / 2;
      const dy = y + 0.5 - frame.height / 2;
      const printX = (dx * along + dy * across) / width + 0.5;
      const printY = (dy * along - dx * across) / height + 0.5;
      const index = y * frame.width + x;
      frame.pick(index, color);
      shaper.shape(printX, printY, around.sample((x + 0.5) / AROUND, (y + 0.5) / AROUND, near), color);
      frame.put(index, color, frame.depth[index] ?? 0);
    }
    if (y % 24 === 23) yield 0.4 + (0.6 * y) / frame.height;
  }
}
