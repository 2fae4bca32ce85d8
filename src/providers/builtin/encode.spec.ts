import sharp from 'sharp';
import { encode } from './encode.js';

const pixels = {
  width: 64,
  height: 48,
  bytes: Uint8Array.from({ length: 64 * 48 * 3 }, (_, index) => (index * 31) % 251),
};

describe('encode', () => {
  it.each(['png', 'webp'] as const)(
    'writes %s of the right size, without metadata, the same bytes each time',
    async (format) => {
      const first = await encode(pixels, format);
      const metadata = await sharp(first).metadata();
      expect(metadata).toMatchObject({ format, width: 64, height: 48 });
      expect([metadata.exif, metadata.icc, metadata.xmp]).toEqual([undefined, undefined, undefined]);
      expect((await encode(pixels, format)).equals(first)).toBe(true);
    },
  );

  it('keeps every pixel in a PNG', async () => {
    const decoded = await sharp(await encode(pixels, 'png'))
      .raw()
      .toBuffer();
    expect(decoded.equals(Buffer.from(pixels.bytes))).toBe(true);
  });
});
