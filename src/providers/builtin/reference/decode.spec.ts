import sharp from 'sharp';
import { ProviderError } from '../../image-provider.port.js';
import { decode } from './decode.js';

const SIZE = { width: 32, height: 16 };

const flat = (background: string, width = 64, height = 64): ReturnType<typeof sharp> =>
  sharp({ create: { width, height, channels: 3, background } });

const pixel = async (content: Buffer): Promise<readonly number[]> => {
  const { width, bytes } = await decode(content, 'control', SIZE);
  return [...bytes.subarray((8 * width + 16) * 3, (8 * width + 16) * 3 + 3)];
};

/** A PNG whose header claims another size than its pixels have. */
const claiming = async (width: number, height: number): Promise<Buffer> => {
  const png = await flat('#ff0000').png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
};

describe('decode', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('reads %s at the size that was asked for', async (format) => {
    const content = await flat('#3366cc').toFormat(format, { quality: 100 }).toBuffer();
    const picture = await decode(content, 'control', SIZE);
    expect([picture.width, picture.height, picture.bytes.length]).toEqual([32, 16, 32 * 16 * 3]);
    const [red = 0, green = 0, blue = 0] = await pixel(content);
    expect([red, green, blue].map((value, index) => Math.abs(value - ([0x33, 0x66, 0xcc][index] ?? 0)) < 4)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('lays a transparent picture over white, and spreads a grey one over three channels', async () => {
    const transparent = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    expect(await pixel(transparent)).toEqual([255, 255, 255]);
    const grey = await flat('#808080').toColourspace('b-w').png().toBuffer();
    expect(await pixel(grey)).toEqual([128, 128, 128]);
  });

  it('turns a picture upright and crops it around its middle', async () => {
    const lying = await sharp({ create: { width: 40, height: 80, channels: 3, background: '#0000ff' } })
      .composite([{ input: await flat('#ff0000', 40, 20).png().toBuffer(), top: 0, left: 0 }])
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { bytes } = await decode(lying, 'source', { width: 80, height: 40 });
    const at = (x: number): number => (bytes[(20 * 80 + x) * 3] ?? 0) - (bytes[(20 * 80 + x) * 3 + 2] ?? 0);
    expect([at(70) > 200, at(10) < -200]).toEqual([true, true]);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
    ['a text', () => Promise.resolve(Buffer.from('no picture'))],
    ['an SVG', () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'))],
    ['a GIF', () => flat('#123456').gif().toBuffer()],
    ['half a JPEG', async () => (await flat('#123456', 400, 400).jpeg().toBuffer()).subarray(0, 400)],
    ['a header alone', async () => (await flat('#123456').png().toBuffer()).subarray(0, 40)],
    ['a bomb', () => claiming(30_000, 30_000)],
    ['a lie about the size', () => claiming(2_000, 2_000)],
  ])('refuses %s and names the image', async (_what, make) => {
    const refusal = decode(await make(), 'guidance', SIZE);
    await expect(refusal).rejects.toBeInstanceOf(ProviderError);
    await expect(refusal).rejects.toMatchObject({
      category: 'invalid_request',
      message: expect.stringMatching(/^The guidance image cannot be read: /) as string,
    });
  });
});
