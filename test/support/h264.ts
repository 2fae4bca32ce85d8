import { H264Decoder } from 'h264decoder';
import { type Mp4Facts } from './mp4.js';

type Color = readonly [red: number, green: number, blue: number];

const clamp = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** BT.709 in limited range (ITU-R BT.709-6, 3). */
const colorOf = (luma: number, blue: number, red: number): Color => {
  const y = (luma - 16) / 219;
  const [cb, cr] = [(blue - 128) / 224, (red - 128) / 224];
  return [clamp(255 * (y + 1.5748 * cr)), clamp(255 * (y - 0.1873 * cb - 0.4681 * cr)), clamp(255 * (y + 1.8556 * cb))];
};

/** A picture of whole macroblocks as the decoder gives it: luma, then blue and red differences of half the resolution. */
export class DecodedFrame {
  constructor(
    readonly stride: number,
    readonly rows: number,
    readonly planes: Buffer,
  ) {}

  pixel(x: number, y: number): Color {
    const blue = this.stride * this.rows + (y >> 1) * (this.stride >> 1) + (x >> 1);
    const red = blue + (this.stride * this.rows) / 4;
    return colorOf(this.planes[y * this.stride + x] ?? 0, this.planes[blue] ?? 0, this.planes[red] ?? 0);
  }
}

/**
 * Decodes a video with a decoder that shares nothing with the encoder that Darkroom uses (h264bsd, of Android).
 * @param first number of the frame to begin with, from 1; a player can begin with one of `keyframes`
 * @throws Error when a frame is no whole picture
 */
export const decodeVideo = (video: Mp4Facts, first = 1): readonly DecodedFrame[] => {
  const decoder = new H264Decoder();
  // Its answer to a parameter set says nothing; without one it has no picture of a frame.
  for (const unit of video.parameterSets) decoder.decode(unit);
  const decode = (unit: Buffer): boolean => {
    const answer = decoder.decode(unit);
    if (answer >= H264Decoder.ERROR) throw new Error(`The decoder answers ${String(answer)}.`);
    return answer === H264Decoder.PIC_RDY;
  };
  return video.units.slice(first - 1).map((units, index) => {
    const pictures = units.filter(decode).length;
    if (pictures !== 1) throw new Error(`Frame ${String(first + index)} has ${String(pictures)} pictures.`);
    return new DecodedFrame(decoder.width, decoder.height, Buffer.from(decoder.pic));
  });
};
