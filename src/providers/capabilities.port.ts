import type { ControlType, ModelDescription } from './image-provider.port.js';

/** A picture with a control image of the type. */
export const controlCapability = (type: ControlType): string => `controlnet:${type}`;

/** What a request asks a model to be able to do: an ImageRequest, or one whose uploads are not read yet. */
export interface AskedAbilities {
  readonly video?: unknown;
  readonly source?: unknown;
  readonly guidance?: readonly unknown[];
  readonly control?: { readonly type: ControlType };
}

const kindOf = ({ video, source }: AskedAbilities): string =>
  `${source === undefined ? 'text' : 'image'}-to-${video === undefined ? 'image' : 'video'}`;

/**
 * The first capability that a request needs and a model lacks: `text-to-image`, `text-to-video`, `image-to-video`, `image-to-image`,
 * `guidance` or `controlnet:TYPE`. Null where the model can do all of it.
 */
export const missingCapability = (
  { capabilities }: Pick<ModelDescription, 'capabilities'>,
  asked: AskedAbilities,
): string | null => {
  const { guidance = [], control } = asked;
  const needed = [
    kindOf(asked),
    ...(guidance.length > 0 ? ['guidance'] : []),
    ...(control === undefined ? [] : [controlCapability(control.type)]),
  ];
  return needed.find((each) => !capabilities.includes(each)) ?? null;
};

/** What a request asks of a model: an ImageRequest, or one whose uploads are not read yet. Sizes are pixels. */
export interface Demand extends AskedAbilities {
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfgScale: number;
  readonly video?: { readonly durationSeconds: number; readonly fps: number };
  readonly guidance?: readonly { readonly weight: number }[];
  readonly control?: {
    readonly type: ControlType;
    readonly strength: number;
    readonly start: number;
    readonly end: number;
  };
}

/** Why a model cannot do what it is asked for; `field` is the one of the request that asks for it. */
export interface Shortcoming {
  readonly field: string;
  readonly message: string;
}

/** The values of a request by the names under which a model limits them. */
const limitedValues = ({ width, height, steps, cfgScale, video, guidance, control }: Demand) => ({
  ...{ width: [width], height: [height], steps: [steps], cfg_scale: [cfgScale] },
  ...(video && {
    duration_seconds: [video.durationSeconds],
    fps: [video.fps],
    pixel_frames: [width * height * Math.round(video.durationSeconds * video.fps)],
  }),
  ...(guidance && {
    'guidance_images.length': [guidance.length],
    'guidance_images.weight': guidance.map(({ weight }) => weight),
  }),
  ...(control && {
    'controlnet.strength': [control.strength],
    'controlnet.start': [control.start],
    'controlnet.end': [control.end],
  }),
});

const exceeded = (model: Pick<ModelDescription, 'limits'>, demand: Demand): Shortcoming | null => {
  for (const [name, values] of Object.entries(limitedValues(demand))) {
    const limit = model.limits[name];
    const value = limit && values.find((each) => !(each >= limit.min && each <= limit.max));
    if (limit === undefined || value === undefined) continue;
    const [field = name] = name.split('.');
    if (name !== 'pixel_frames')
      return { field, message: `${name} must be from ${String(limit.min)} to ${String(limit.max)}` };
    const message =
      `A video has at most ${String(limit.max)} pixels in all its frames; this one has ${String(value)}: ` +
      'make it smaller, shorter or slower';
    return { field: 'duration_seconds', message };
  }
  return null;
};

/** The field that asks for a capability. */
const askedBy = (capability: string): string => {
  if (capability === 'guidance') return 'guidance_images';
  if (capability.startsWith('controlnet:')) return 'controlnet';
  return capability.startsWith('image-to-') ? 'image' : 'model';
};

/** What a request asks for that a model cannot do, or not so much of; null where it can do all of it. */
export const shortcomingOf = (
  model: Pick<ModelDescription, 'id' | 'capabilities' | 'limits'>,
  demand: Demand,
): Shortcoming | null => {
  const missing = missingCapability(model, demand);
  if (missing === null) return exceeded(model, demand);
  return { field: askedBy(missing), message: `The model ${model.id} lacks the capability ${missing}` };
};
