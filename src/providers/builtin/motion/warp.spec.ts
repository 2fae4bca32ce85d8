import { CoarseMap } from '../coarse-map.js';
import { Rgb } from '../color.js';
import { Frame } from '../frame.js';
import { type Pose } from './camera-path.js';
import { Warp } from './warp.js';

const SIZE = { width: 64, height: 48 };
const STILL: Pose = { zoom: 1, panX: 0, panY: 0, roll: 0, truckX: 0, truckY: 0, dolly: 0 };

/** A dark frame with a bright dot. */
const dotted = (x: number, y: number): Frame => {
  const frame = new Frame(SIZE.width, SIZE.height);
  for (const dy of [-1, 0, 1]) {
    for (const dx of [-1, 0, 1]) frame.put((y + dy) * SIZE.width + x + dx, new Rgb(1, 1, 1), 1);
  }
  return frame;
};

/** Nearness 1 in the left half and 0 in the right. */
const halves = (): CoarseMap => {
  const map = new CoarseMap(SIZE.width, SIZE.height, 8, 1);
  for (let row = 0; row < map.rows; row += 1) for (let column = 0; column < 4; column += 1) map.put(column, row, 0, 1);
  return map;
};

const see = (frame: Frame, pose: Partial<Pose>, roll = 0): Frame => {
  const out = new Frame(SIZE.width, SIZE.height);
  const work = new Warp({ ...SIZE, overscan: 1 }, SIZE, halves(), roll).see(frame, { ...STILL, ...pose }, out);
  while (work.next().done !== true) continue;
  return out;
};

/** Middle of the light. */
const middle = ({ light, width, height }: Frame): { readonly x: number; readonly y: number } => {
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = light[(y * width + x) * 3] ?? 0;
      sum += value;
      sumX += value * x;
      sumY += value * y;
    }
  }
  return { x: sumX / sum, y: sumY / sum };
};

describe('Warp', () => {
  it('shows the frame as it is from where it was painted', () => {
    const frame = dotted(20, 15);
    see(frame, {}).light.forEach((value, index) => {
      expect(value).toBeCloseTo(frame.light[index] ?? 0, 1);
    });
  });

  it('magnifies around the middle', () => {
    const { x, y } = middle(see(dotted(48, 36), { zoom: 1.25 }));
    expect([x, y].map(Math.round)).toEqual([52, 39]);
  });

  it('moves the picture to the left and up by a share of its size', () => {
    const { x, y } = middle(see(dotted(48, 36), { panX: 0.125, panY: 0.125 }));
    expect([x, y].map(Math.round)).toEqual([40, 30]);
  });

  it('moves near things against far ones', () => {
    const unit = Math.sqrt(SIZE.width * SIZE.height);
    const shift = 4 / unit;
    expect(middle(see(dotted(12, 24), { truckX: shift })).x).toBeCloseTo(16, 0);
    expect(middle(see(dotted(52, 24), { truckX: shift })).x).toBeCloseTo(52, 0);
  });

  it('lets near things grow as the camera goes forward', () => {
    expect(middle(see(dotted(12, 24), { dolly: 0.2 })).x).toBeCloseTo(31.5 - 19.5 * 1.2, 0);
    expect(middle(see(dotted(52, 24), { dolly: 0.2 })).x).toBeCloseTo(52, 0);
  });

  it('says where a far point is seen', () => {
    const pose = { ...STILL, zoom: 1.2, panX: 0.05, panY: -0.04, roll: 0.1 };
    const warp = new Warp({ ...SIZE, overscan: 1 }, SIZE, new CoarseMap(SIZE.width, SIZE.height, 8, 1), 0.05);
    const out = new Frame(SIZE.width, SIZE.height);
    const work = warp.see(dotted(40, 30), pose, out);
    while (work.next().done !== true) continue;
    const place = warp.project(40.5, 30.5, pose);
    const seen = middle(out);
    expect(seen.x + 0.5).toBeCloseTo(place.x, 0);
    expect(seen.y + 0.5).toBeCloseTo(place.y, 0);
  });
});
