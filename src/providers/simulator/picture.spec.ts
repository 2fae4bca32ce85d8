import fc from 'fast-check';
import sharp from 'sharp';
import { drawPicture, pictureSize, requestDigest } from './picture.js';

const REQUEST = { prompt: 'a pier', visual: {}, width: 512, height: 512, steps: 20, cfgScale: 7, seed: 1 };

describe('the pictures of the simulator', () => {
  it.each([
    [1024, 1024, 96, 96],
    [1920, 1080, 96, 54],
    [64, 4096, 2, 96],
    [4096, 8, 96, 1],
    [64, 48, 64, 48],
  ])('measures a picture asked for as %d×%d at %d×%d', (width, height, smallWidth, smallHeight) => {
    expect(pictureSize({ width, height })).toEqual({ width: smallWidth, height: smallHeight });
  });

  it('is a PNG that decodes without a warning, whatever the digest and the size', async () => {
    const side = fc.integer({ min: 1, max: 96 });
    const digests = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    await fc.assert(
      fc.asyncProperty(digests, side, side, async (digest, width, height) => {
        const { info } = await sharp(drawPicture(digest, { width, height }), { failOn: 'warning' })
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect({ width: info.width, height: info.height }).toEqual({ width, height });
      }),
      { numRuns: 40 },
    );
  });

  it('follows from everything in the request, and from nothing else', () => {
    const digest = requestDigest('ok', { ...REQUEST, visual: { fov: 'wide', style: 'editorial' } });
    expect(requestDigest('ok', { ...REQUEST, visual: { style: 'editorial', fov: 'wide' } })).toBe(digest);
    const others = [
      { ...REQUEST },
      { ...REQUEST, seed: 2 },
      { ...REQUEST, prompt: 'a pier ' },
      { ...REQUEST, negativePrompt: 'fog' },
      { ...REQUEST, width: 520 },
      { ...REQUEST, steps: 21 },
      { ...REQUEST, cfgScale: 7.5 },
    ].map((request) => drawPicture(requestDigest('ok', request), { width: 48, height: 48 }).toString('base64'));
    expect(new Set(others).size).toBe(others.length);
  });
});
