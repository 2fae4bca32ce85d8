import sharp from 'sharp';
import { ProviderError } from '../../image-provider.port.js';
import { type Pixels } from '../develop.js';

/** A picture that unpacks to more is no picture but a bomb. */
const LARGEST_INPUT_PIXELS = 64_000_000;

/** PNG, JPEG and WebP by their first bytes: other decoders, above all that of SVG, are no doors to open to uploads. */
const isPicture = (bytes: Uint8Array): boolean => {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return head.startsWith('\x89PNG\r\n\x1a\n') || head.startsWith('\xff\xd8\xff') || /^RIFF[^]{4}WEBP$/.test(head);
};

/**
 * Decodes an uploaded picture to sRGB: turned upright, laid over white, and cropped around its middle to the given size.
 * @param what names the picture in errors
 * @throws ProviderError `invalid_request` when it is no whole PNG, JPEG or WebP, or one of more than 64 megapixels
 */
export const decode = async (
  content: Uint8Array,
  what: string,
  size: { readonly width: number; readonly height: number },
): Promise<Pixels> => {
  if (!isPicture(content)) throw unreadable(what, 'it is no PNG, JPEG or WebP');
  try {
    const { data, info } = await sharp(content, { limitInputPixels: LARGEST_INPUT_PIXELS, failOn: 'truncated' })
      .rotate()
      .resize({ ...size, fit: 'cover' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, bytes: threeChannels(data, info.channels) };
  } catch (error) {
    throw unreadable(what, error instanceof Error ? error.message : String(error), error);
  }
};

const unreadable = (what: string, why: string, cause?: unknown): ProviderError =>
  new ProviderError('invalid_request', `The ${what} image cannot be read: ${why}`, null, { cause });

/** A grey picture stays grey through sharp's conversion and has one channel. */
const threeChannels = (data: Buffer, channels: number): Uint8Array<ArrayBuffer> => {
  const pixels = data.length / channels;
  const bytes = new Uint8Array(pixels * 3);
  for (let index = 0; index < pixels; index += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      bytes[index * 3 + channel] = data[index * channels + (channels < 3 ? 0 : channel)] ?? 0;
    }
  }
  return bytes;
};
