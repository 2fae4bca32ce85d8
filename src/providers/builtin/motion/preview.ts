import sharp from 'sharp';
import { type Pixels } from '../develop.js';

const { floor, max, min, round } = Math;

/** Pixels of a preview's longest side. */
const LONGEST_SIDE = 256;
/** Frames at most; the frames of a preview are the only ones that are kept, a few megabytes in all. */
const MOST_FRAMES = 30;
/** Frames a second at most. */
const RATE = 10;

/** Collects a few small frames of a video for an animated WebP that lasts as long as the video. */
export class Preview {
  private readonly width: number;
  private readonly height: number;
  private readonly amount: number;
  private readonly strip: Uint8Array;
  private taken = 0;

  /** @param frames of the video, which will all be shown to `look` in their order */
  constructor(
    size: { readonly width: number; readonly height: number; readonly fps: number },
    private readonly frames: number,
  ) {
    const scale = min(1, LONGEST_SIDE / max(size.width, size.height));
    this.width = max(1, round(size.width * scale));
    this.height = max(1, round(size.height * scale));
    this.seconds = frames / size.fps;
    this.amount = max(1, min(MOST_FRAMES, frames, round(this.seconds * RATE)));
    this.strip = new Uint8Array(this.width * this.height * 3 * this.amount);
  }

  private readonly seconds: number;

  /** Takes the frame where it is one of those that the preview shows. */
  look(frame: Pixels, index: number): void {
    if (this.taken >= this.amount || index < floor((this.taken * this.frames) / this.amount)) return;
    this.shrink(frame, this.strip, this.taken * this.width * this.height * 3);
    this.taken += 1;
  }

  /** Animated WebP that repeats for ever. */
  encode(): Promise<Buffer> {
    const { width, height, amount, strip } = this;
    const raw = { width, height: height * amount, channels: 3, pageHeight: height } as const;
    const delay = Array.from({ length: amount }, () => max(20, round((this.seconds * 1000) / amount)));
    return sharp(strip, { raw }).webp({ quality: 72, effort: 2, loop: 0, delay }).toBuffer();
  }

  /** Means of the pixels that fall into each small one. */
  private shrink(frame: Pixels, out: Uint8Array, start: number): void {
    for (let y = 0; y < this.height; y += 1) {
      const top = floor((y * frame.height) / this.height);
      const bottom = max(top + 1, floor(((y + 1) * frame.height) / this.height));
      for (let x = 0; x < this.width; x += 1) {
        const left = floor((x * frame.width) / this.width);
        const right = max(left + 1, floor(((x + 1) * frame.width) / this.width));
        const to = start + (y * this.width + x) * 3;
        for (let channel = 0; channel < 3; channel += 1) {
          out[to + channel] = meanOf(frame, { left, right, top, bottom }, channel);
        }
      }
    }
  }
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const meanOf = ({ width, bytes }: Pixels, { left, right, top, bottom }: Area, channel: number): number => {
  let sum = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) sum += bytes[(y * width + x) * 3 + channel] ?? 0;
  }
  return round(sum / ((right - left) * (bottom - top)));
};
