import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { CONTROL_TYPES, type ControlImage, type ControlType, type ImageRequest } from '../../image-provider.port.js';
import { type Pixels } from '../develop.js';
import { renderPicture } from '../render.js';
import { edgesOf } from './canny.js';
import { decode } from './decode.js';
import { Field } from './field.js';
import { bandsOf, readReferences } from './references.js';

const SIZE = 128;
const PROMPT = 'a mountain lake in the morning';

const render = async (changes: Partial<ImageRequest> = {}): Promise<Pixels> => {
  const request = { prompt: PROMPT, visual: {}, width: SIZE, height: SIZE, steps: 4, cfgScale: 7, seed: 1, ...changes };
  const work = renderPicture(request, await readReferences(request));
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};

const drawn = (shapes: string, paper = '#000'): Promise<Buffer> =>
  sharp(
    Buffer.from(
      `<svg width="${String(SIZE)}" height="${String(SIZE)}"><rect width="100%" height="100%" fill="${paper}"/>${shapes}</svg>`,
    ),
  )
    .png()
    .toBuffer();

/** A control image of each type as people draw it. */
const IMAGES: Readonly<Record<ControlType, () => Promise<Buffer>>> = {
  canny: () =>
    drawn(
      '<rect x="24" y="30" width="70" height="60" fill="#fff"/><circle cx="100" cy="24" r="14" fill="#777"/>',
      '#333',
    ),
  scribble: () => drawn('<path d="M14 90 Q40 20 64 80 T116 40" stroke="#000" stroke-width="4" fill="none"/>', '#fff'),
  depth: () =>
    drawn('<circle cx="50" cy="70" r="34" fill="#fff"/><rect y="100" width="128" height="28" fill="#999"/>', '#111'),
  pose: () =>
    drawn(
      '<circle cx="64" cy="24" r="8" fill="#00f"/><path d="M64 30V76L48 116M64 76L80 116M64 40L36 64M64 40L94 60" stroke="#00f" stroke-width="4" fill="none"/>',
    ),
  tile: () =>
    drawn(
      '<rect width="64" height="64" fill="#c01818"/><rect x="64" y="64" width="64" height="64" fill="#18c018"/>',
      '#1818c0',
    ),
};

const control = async (type: ControlType, changes: Partial<ControlImage> = {}): Promise<ControlImage> => ({
  type,
  content: await IMAGES[type](),
  strength: 1,
  start: 0,
  end: 1,
  ...changes,
});

const shaped = async (type: ControlType, changes: Partial<ControlImage> = {}): Promise<Pixels> =>
  render({ control: await control(type, changes) });

const checksum = ({ bytes }: Pixels): string => createHash('sha256').update(bytes).digest('hex');

const difference = (a: Pixels, b: Pixels): number =>
  a.bytes.reduce((sum, value, index) => sum + Math.abs(value - (b.bytes[index] ?? 0)), 0) / a.bytes.length;

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, index) => {
    const [dA, dB] = [value - meanA, (b[index] ?? 0) - meanB];
    both += dA * dB;
    squaresA += dA * dA;
    squaresB += dB * dB;
  });
  return both / Math.sqrt(squaresA * squaresB);
};

/** How steep the brightness is at each point. */
const steepness = (picture: Pixels): number[] => {
  const brightness = Field.brightnessOf(picture);
  return [
    ...new Field(picture.width, picture.height).fill((x, y) =>
      Math.hypot(brightness.at(x + 1, y) - brightness.at(x - 1, y), brightness.at(x, y + 1) - brightness.at(x, y - 1)),
    ).values,
  ];
};

/** Edges of a control image, two points wider, so that lines that run beside them count. */
const wideEdges = async (type: ControlType): Promise<number[]> => {
  const edges = edgesOf(
    Field.brightnessOf(await decode(await IMAGES[type](), 'control', { width: SIZE, height: SIZE })),
  );
  const field = new Field(SIZE, SIZE).fill((_x, _y, at) => edges[at] ?? 0);
  return [
    ...new Field(SIZE, SIZE).fill((x, y) => {
      for (let dy = -2; dy <= 2; dy += 1)
        for (let dx = -2; dx <= 2; dx += 1) if (field.at(x + dx, y + dy) === 1) return 1;
      return 0;
    }).values,
  ];
};

const RISING = [0, 0.4, 0.9, 2];
const rises = (values: readonly number[], step: number): boolean =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0) + step);

describe('a control image', () => {
  let plain: Pixels;
  beforeAll(async () => {
    plain = await render();
  });

  it.each(CONTROL_TYPES)(
    'of type %s shapes the picture, the same way each time, and more with more strength',
    async (type) => {
      const pictures = await Promise.all(RISING.map((strength) => shaped(type, { strength })));
      expect(
        rises(
          pictures.map((picture) => difference(picture, plain)),
          0.3,
        ),
      ).toBe(true);
      expect(checksum(await shaped(type, { strength: 2 }))).toBe(checksum(pictures[3] as Pixels));
    },
  );

  it.each(CONTROL_TYPES)('of type %s changes nothing without strength or without time', async (type) => {
    expect(checksum(await shaped(type, { strength: 0 }))).toBe(checksum(plain));
    expect(checksum(await shaped(type, { start: 0.5, end: 0.5 }))).toBe(checksum(plain));
  });

  it.each(CONTROL_TYPES)(
    'of type %s counts less in a part of the generation, and differently in each part',
    async (type) => {
      const whole = difference(await shaped(type), plain);
      const early = await shaped(type, { end: 0.34 });
      const late = await shaped(type, { start: 0.66 });
      expect(difference(early, plain)).toBeLessThan(whole);
      expect(difference(late, plain)).toBeLessThan(whole);
      expect(checksum(early)).not.toBe(checksum(late));
    },
  );

  it('is read as its type says: the same image gives five pictures', async () => {
    const content = await IMAGES.canny();
    const pictures = await Promise.all(CONTROL_TYPES.map((type) => shaped(type, { content })));
    expect(new Set(pictures.map(checksum)).size).toBe(CONTROL_TYPES.length);
  });

  it.each(['canny', 'scribble'] as const)('of type %s puts its edges into the picture', async (type) => {
    const edges = await wideEdges(type);
    const found: number[] = [];
    for (const strength of RISING) found.push(correlation(steepness(await shaped(type, { strength })), edges));
    expect(rises(found, 0.01)).toBe(true);
    expect((found[3] ?? 0) - (found[0] ?? 0)).toBeGreaterThan(0.2);
  });

  it('of type depth veils what is far and keeps what is near', async () => {
    const depth = Field.brightnessOf(await decode(await IMAGES.depth(), 'control', { width: SIZE, height: SIZE }));
    const picture = await shaped('depth', { strength: 2 });
    const contrast = (near: boolean, of: Pixels): number => {
      const slopes = steepness(of).filter((_, at) => (depth.values[at] ?? 0) > 0.9 === near);
      return slopes.reduce((sum, value) => sum + value, 0) / slopes.length;
    };
    expect(contrast(false, picture) / contrast(false, plain)).toBeLessThan(0.75);
    expect(contrast(true, picture) / contrast(true, plain)).toBeGreaterThan(0.9);
  });

  it('of type pose makes its figure a silhouette', async () => {
    const figure = Field.strengthOf(await decode(await IMAGES.pose(), 'control', { width: SIZE, height: SIZE }));
    const brightness = (picture: Pixels): number => {
      const inside = [...Field.brightnessOf(picture).values].filter((_, at) => (figure.values[at] ?? 0) > 0.8);
      return inside.reduce((sum, value) => sum + value, 0) / inside.length;
    };
    expect(brightness(await shaped('pose'))).toBeLessThan(0.6 * brightness(plain));
  });

  it('of type tile brings its colours to their places', async () => {
    const wanted = await decode(await IMAGES.tile(), 'control', { width: SIZE, height: SIZE });
    const distances: number[] = [];
    for (const strength of RISING) distances.push(-difference(await shaped('tile', { strength }), wanted));
    expect(rises(distances, 2)).toBe(true);
  });

  it('lies upright in a picture whose camera is rolled', async () => {
    const visual = { camera_angle: 'dutch-tilt' } as const;
    const edges = await wideEdges('canny');
    const without = correlation(steepness(await render({ visual })), edges);
    const given = await control('canny', { strength: 2 });
    expect(correlation(steepness(await render({ visual, control: given })), edges)).toBeGreaterThan(without + 0.2);
  });
});

describe('a guidance image', () => {
  const warm = (): Promise<Buffer> => drawn('<rect width="128" height="64" fill="#e08030"/>', '#401808');
  const cold = (): Promise<Buffer> => drawn('<rect width="128" height="64" fill="#3080e0"/>', '#081840');
  const guided = async (...weights: readonly number[]): Promise<Pixels> => {
    const contents = [await warm(), await cold()];
    return render({
      guidance: weights.map((weight, index) => ({ content: contents[index] ?? Buffer.alloc(0), weight })),
    });
  };

  it('draws the picture to its colours, more with more weight', async () => {
    const wanted = await decode(await warm(), 'guidance', { width: SIZE, height: SIZE });
    const distances: number[] = [];
    for (const weight of [0, 0.25, 0.5, 1]) distances.push(-difference(await guided(weight), wanted));
    expect(rises(distances, 3)).toBe(true);
  });

  it('changes nothing without weight', async () => {
    expect(checksum(await guided(0, 0))).toBe(checksum(await render()));
  });

  it('shares the picture with others by their weights', async () => {
    const wanted = await decode(await warm(), 'guidance', { width: SIZE, height: SIZE });
    const more = difference(await guided(0.8, 0.2), wanted);
    expect(more).toBeLessThan(difference(await guided(0.2, 0.8), wanted) - 10);
  });

  it('leaves the detail of the picture', async () => {
    const slopes = steepness(await render());
    expect(correlation(steepness(await guided(1)), slopes)).toBeGreaterThan(0.6);
  });
});

describe('bandsOf', () => {
  it.each([
    [0, 1, [1, 1, 1]],
    [0, 1 / 3, [1, 0, 0]],
    [2 / 3, 1, [0, 0, 1]],
    [1 / 6, 0.5, [0.5, 0.5, 0]],
    [0.4, 0.4, [0, 0, 0]],
  ])(
    'of %d to %d gives the parts of the generation that it covers',
    (start, end, [coarse = 0, middle = 0, fine = 0]) => {
      const bands = bandsOf({ strength: 1, start, end });
      expect(bands.coarse).toBeCloseTo(coarse, 9);
      expect(bands.middle).toBeCloseTo(middle, 9);
      expect(bands.fine).toBeCloseTo(fine, 9);
    },
  );

  it('grows with the strength', () => {
    expect(bandsOf({ strength: 2, start: 0, end: 1 })).toEqual({ coarse: 2, middle: 2, fine: 2 });
  });
});
