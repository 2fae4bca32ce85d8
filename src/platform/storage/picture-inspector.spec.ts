import {
  animatedWebp,
  animation,
  forgedPng,
  pictureOf,
  textBomb,
  turnedJpeg,
  type PictureFormat,
} from '../../../test/support/pictures.js';
import { MAX_PIXELS, PictureInspector, sniff } from './picture-inspector.js';
import { PictureUnfit } from './storage.errors.js';

const inspector = new PictureInspector();
const inspect = (content: Buffer): ReturnType<PictureInspector['inspect']> =>
  inspector.inspect(() => Promise.resolve(content));
const FORMATS: readonly PictureFormat[] = ['png', 'jpeg', 'webp'];

const megabytes = (): number => process.memoryUsage().rss / 2 ** 20;

describe('a picture', () => {
  it.each(FORMATS)('is measured and known by its bytes: %s', async (format) => {
    const content = await pictureOf(format, 120, 80);
    expect(sniff(content)).toBe(`image/${format}`);
    expect(await inspect(content)).toEqual({ contentType: `image/${format}`, width: 120, height: 80 });
  });

  it('that a telephone wrote has the measures that a viewer shows', async () => {
    expect(await inspect(await turnedJpeg(64, 32))).toEqual({ contentType: 'image/jpeg', width: 32, height: 64 });
  });

  it('may have something behind it, as telephones and editors append', async () => {
    const content = Buffer.concat([await pictureOf('jpeg'), Buffer.alloc(500, 7)]);
    expect(await inspect(content)).toMatchObject({ contentType: 'image/jpeg' });
  });

  describe.each(FORMATS)('that was cut off: %s', (format) => {
    it.each([0.2, 0.5, 0.9, 0.999])('is refused with the first %d of its bytes', async (part) => {
      const content = await pictureOf(format, 300, 200);
      await expect(inspect(content.subarray(0, Math.floor(content.length * part)))).rejects.toThrow(PictureUnfit);
    });
  });

  it('whose pixels are missing is refused', async () => {
    await expect(inspect(forgedPng(200, 200))).rejects.toThrow('The picture is damaged or not whole');
  });

  it.each([
    ['an animated WebP', (): Promise<Buffer> => animatedWebp()],
    ['an animated PNG', (): Promise<Buffer> => Promise.resolve(forgedPng(20, 20, animation()))],
  ])('that moves is refused: %s', async (_, make) => {
    await expect(inspect(await make())).rejects.toThrow('animated');
  });

  it.each([
    ['nothing', ''],
    ['text', 'no picture at all'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['a GIF', 'GIF89a\x01\0\x01\0\0\0\0;'],
    ['a TIFF', 'II*\0\x08\0\0\0'],
    ['a PDF', '%PDF-1.7\n'],
    ['a RIFF that is no WebP', 'RIFF\x10\0\0\0WAVEfmt '],
    ['the first bytes of a PNG alone', '\x89PNG\r\n\x1a\n'],
    ['the first bytes of a JPEG alone', '\xff\xd8\xff'],
    ['the first bytes of a WebP alone', 'RIFF\x10\0\0\0WEBP'],
  ])('is not %s', async (_, text) => {
    await expect(inspect(Buffer.from(text, 'latin1'))).rejects.toThrow(PictureUnfit);
  });
});

describe('a bomb', () => {
  it.each([
    ['of 60,000 × 60,000 pixels', forgedPng(60_000, 60_000)],
    ['one row over the limit', forgedPng(10_000, MAX_PIXELS / 10_000 + 1)],
    ['one pixel high and very wide', forgedPng(MAX_PIXELS + 1, 1)],
  ])('is refused before a pixel is decoded: %s', async (_, content) => {
    const before = megabytes();
    await expect(inspect(content)).rejects.toThrow('more than 50 megapixels');
    expect(megabytes() - before).toBeLessThan(50);
  });

  it('in a comment unfolds to nothing', async () => {
    const before = megabytes();
    const content = forgedPng(20, 20, textBomb(256));
    await inspect(content).catch(() => undefined);
    expect(megabytes() - before).toBeLessThan(100);
  });
});

describe('pictures that come together', () => {
  it('are read two at a time, each when its turn has come, and one that fails gives its turn on', async () => {
    const content = await pictureOf('png');
    let reading = 0;
    let most = 0;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        inspector.inspect(async () => {
          reading += 1;
          most = Math.max(most, reading);
          await new Promise((resolve) => setImmediate(resolve));
          reading -= 1;
          if (index % 3 === 0) throw new RangeError('The disk is away');
          return content;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
  });
});
