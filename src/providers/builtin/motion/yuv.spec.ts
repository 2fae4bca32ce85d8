import { toYuv } from './yuv.js';

const convert = (width: number, height: number, colors: readonly (readonly [number, number, number])[]): number[] => {
  const out = new Uint8Array((width * height * 3) / 2);
  toYuv({ width, height, bytes: Uint8Array.from(colors.flat()) }, out);
  return [...out];
};

const flat = (color: readonly [number, number, number]): number[] => convert(2, 2, [color, color, color, color]);

describe('toYuv', () => {
  // Values of ITU-R BT.709 in the limited range, as its own formulas give them.
  it.each([
    ['white', [255, 255, 255], [235, 128, 128]],
    ['black', [0, 0, 0], [16, 128, 128]],
    ['grey', [128, 128, 128], [126, 128, 128]],
    ['red', [255, 0, 0], [63, 102, 240]],
    ['green', [0, 255, 0], [173, 42, 26]],
    ['blue', [0, 0, 255], [32, 240, 118]],
  ] as const)('gives %s its values', (_name, color, [y, cb, cr]) => {
    expect(flat(color)).toEqual([y, y, y, y, cb, cr]);
  });

  it('keeps the brightness of each pixel and the mean colour of four', () => {
    const [a, b, c, d, cb, cr] = convert(2, 2, [
      [255, 255, 255],
      [0, 0, 0],
      [255, 0, 0],
      [255, 0, 0],
    ]);
    expect([a, b, c, d]).toEqual([235, 16, 63, 63]);
    expect([cb, cr]).toEqual([115, 184]);
  });
});
