import type { ModelDescription } from './image-provider.port.js';

/** What a request's price depends on; sizes are pixels. */
export interface Priced {
  readonly width: number;
  readonly height: number;
  readonly video?: { readonly durationSeconds: number };
  readonly guidance?: readonly unknown[];
  readonly control?: unknown;
}

/** A line of a bill, in US dollars. */
export interface PriceItem {
  readonly item: string;
  readonly usd: number;
}

/** Prices have whole millionths; products of decimal numbers do not. */
const rounded = (usd: number): number => Math.round(usd * 1e6) / 1e6;

const baseOf = ({ id, version, price }: ModelDescription, { video }: Priced): PriceItem => {
  const model = `${id} version ${version}`;
  if (price.unit === 'image') return { item: `one image by ${model}`, usd: rounded(price.usd) };
  const seconds = video?.durationSeconds ?? 0;
  return { item: `${String(seconds)} s of video by ${model}`, usd: rounded(price.usd * seconds) };
};

/** Pixels beyond those that the price includes cost in proportion. */
const resolutionOf = ({ price }: ModelDescription, { width, height }: Priced, base: PriceItem): PriceItem[] => {
  const factor = price.included_pixels === null ? 1 : (width * height) / price.included_pixels;
  if (factor <= 1) return [];
  return [{ item: `resolution ${String(width)} × ${String(height)}`, usd: rounded(base.usd * (factor - 1)) }];
};

/** The bill for one result of a model by its price: what it is made of, how large it is, and the pictures that shape it. */
export const billOf = (model: ModelDescription, priced: Priced): readonly PriceItem[] => {
  const { price } = model;
  const base = baseOf(model, priced);
  const guidance = priced.guidance?.length ?? 0;
  return [
    base,
    ...resolutionOf(model, priced, base),
    ...(guidance > 0
      ? [{ item: `guidance images: ${String(guidance)}`, usd: rounded(guidance * price.guidance_image_usd) }]
      : []),
    ...(priced.control === undefined ? [] : [{ item: 'ControlNet', usd: rounded(price.controlnet_usd) }]),
  ];
};

/** US dollars for one result. */
export const priceOf = (model: ModelDescription, priced: Priced): number =>
  rounded(billOf(model, priced).reduce((sum, { usd }) => sum + usd, 0));
