import sharp from 'sharp';

/** Pixels of the longest side. */
const LONGEST_SIDE = 320;
/** A picture that unpacks to more is no picture of ours. */
const LARGEST_INPUT_PIXELS = 64_000_000;

/**
 * A WebP of the picture, at most 320 pixels on its longest side and never enlarged.
 * @throws Error when the content is no whole PNG, JPEG or WebP, or one of more than 64 megapixels.
 */
export async function thumbnail(content: Buffer): Promise<Buffer> {
  return sharp(content, { limitInputPixels: LARGEST_INPUT_PIXELS, failOn: 'truncated' })
    .rotate()
    .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
}
