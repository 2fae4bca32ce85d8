import type { ModelDescription, Price } from './image-provider.port.js';
import { billOf, priceOf } from './pricing.port.js';

const PRICE: Price = {
  ...{ unit: 'image', usd: 0.002, included_pixels: 1024 * 1024 },
  ...{ guidance_image_usd: 0.0005, controlnet_usd: 0.001 },
};
const modelAt = (price: Partial<Price> = {}): ModelDescription => ({
  ...{ id: 'any', name: 'Any', version: '2', types: ['image'], capabilities: [], limits: {} },
  price: { ...PRICE, ...price },
});
const SQUARE = { width: 1024, height: 1024 };

describe('the price of a result', () => {
  it.each([
    ['a picture', SQUARE, 0.002],
    ['a small one, which costs the same', { width: 256, height: 256 }, 0.002],
    ['one of four times the pixels', { width: 2048, height: 2048 }, 0.008],
    ['one of a few pixels more', { width: 1032, height: 1024 }, 0.002016],
    ['one with guidance', { ...SQUARE, guidance: [1, 2, 3] }, 0.0035],
    ['one with a control image', { ...SQUARE, control: {} }, 0.003],
    ['one with all of it', { width: 2048, height: 1024, guidance: [1], control: {} }, 0.0055],
  ])('of %s', (_, priced, usd) => {
    expect(priceOf(modelAt(), priced)).toBe(usd);
  });

  it('grows with the seconds of a video, and with its size', () => {
    const film = modelAt({ unit: 'second', usd: 0.01 });
    expect(priceOf(film, { width: 768, height: 432, video: { durationSeconds: 2.5 } })).toBe(0.025);
    expect(priceOf(film, { width: 2048, height: 1024, video: { durationSeconds: 2.5 } })).toBe(0.05);
  });

  it('does not grow with the size where any costs the same', () => {
    expect(priceOf(modelAt({ included_pixels: null }), { width: 2048, height: 2048 })).toBe(0.002);
  });

  it('is the sum of a bill that names the model and its version', () => {
    const bill = billOf(modelAt(), { width: 2048, height: 1024, guidance: [1], control: {} });
    expect(bill).toEqual([
      { item: 'one image by any version 2', usd: 0.002 },
      { item: 'resolution 2048 × 1024', usd: 0.002 },
      { item: 'guidance images: 1', usd: 0.0005 },
      { item: 'ControlNet', usd: 0.001 },
    ]);
  });
});
