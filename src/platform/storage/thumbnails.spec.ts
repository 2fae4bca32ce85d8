import sharp from 'sharp';
import { thumbnail } from './thumbnails.js';

const picture = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#3355aa' } })
    .png()
    .toBuffer();

describe('thumbnail', () => {
  it.each([
    [1024, 768, 320, 240],
    [600, 1200, 160, 320],
    [96, 54, 96, 54],
  ])('makes a WebP of %d×%d that measures %d×%d', async (width, height, expectedWidth, expectedHeight) => {
    const { format, ...size } = await sharp(await thumbnail(await picture(width, height))).metadata();
    expect({ format, width: size.width, height: size.height }).toEqual({
      format: 'webp',
      width: expectedWidth,
      height: expectedHeight,
    });
  });

  it('makes the same bytes of the same picture', async () => {
    const content = await picture(800, 600);
    expect((await thumbnail(content)).equals(await thumbnail(content))).toBe(true);
  });

  it('refuses what is no picture or only part of one', async () => {
    const content = await picture(400, 400);
    await expect(thumbnail(Buffer.from('no picture'))).rejects.toThrow();
    await expect(thumbnail(content.subarray(0, content.length / 2))).rejects.toThrow();
  });
});
