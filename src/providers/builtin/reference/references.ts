import { type ControlImage, type ImageRequest } from '../../image-provider.port.js';
import { type Pixels } from '../develop.js';
import { clamp } from '../scalar.js';
import { decode } from './decode.js';

const { max, min, round } = Math;

/** Pixels of the longest side at which a control image is looked at; what it leads to is drawn at the size of the picture. */
const CONTROL_SIDE = 768;
/** The same for guidance images, of which only colours and large shapes are used. */
const GUIDANCE_SIDE = 160;

/** How much of a control image counts for the large shapes, the forms and the details of a picture: 0 – 2 each. */
export interface Bands {
  readonly coarse: number;
  readonly middle: number;
  readonly fine: number;
}

/** A control image that was read. */
export interface Control {
  readonly type: ControlImage['type'];
  readonly picture: Pixels;
  readonly bands: Bands;
}

/** A guidance image that was read. */
export interface Guidance {
  readonly picture: Pixels;
  /** 0 – 1 */
  readonly weight: number;
}

/** Images that shape a picture. */
export interface References {
  readonly guidance: readonly Guidance[];
  readonly control: Control | null;
}

export const NO_REFERENCES: References = { guidance: [], control: null };

/**
 * The strength for each band of detail. A diffusion model settles large shapes in its first steps and details in its last ones; so the
 * first third of the generation stands for the large shapes, the next for the forms, the last for the details, and `start` and `end` cut out of that.
 */
export const bandsOf = ({ strength, start, end }: Pick<ControlImage, 'strength' | 'start' | 'end'>): Bands => {
  const part = (third: number): number =>
    strength * clamp(min(end, (third + 1) / 3) * 3 - max(start, third / 3) * 3, 0, 1);
  return { coarse: part(0), middle: part(1), fine: part(2) };
};

const sizeFor = (request: ImageRequest, longest: number): { readonly width: number; readonly height: number } => {
  const scale = min(1, longest / max(request.width, request.height));
  return { width: max(16, round(request.width * scale)), height: max(16, round(request.height * scale)) };
};

const readControl = async (request: ImageRequest, control: ControlImage): Promise<Control | null> => {
  const picture = await decode(control.content, 'control', sizeFor(request, CONTROL_SIDE));
  const bands = bandsOf(control);
  return bands.coarse + bands.middle + bands.fine > 0 ? { type: control.type, picture, bands } : null;
};

/**
 * Reads the images that came with a request; one that has no weight is read too, so that a broken one is refused in any case.
 * @throws ProviderError `invalid_request`
 */
export const readReferences = async (request: ImageRequest): Promise<References> => {
  const { guidance = [], control } = request;
  const read = await Promise.all(
    guidance.map(async ({ content, weight }) => ({
      picture: await decode(content, 'guidance', sizeFor(request, GUIDANCE_SIDE)),
      weight,
    })),
  );
  return {
    guidance: read.filter(({ weight }) => weight > 0),
    control: control === undefined ? null : await readControl(request, control),
  };
};
