import type { ControlType, ModelDescription } from './image-provider.port.js';

/** A picture with a control image of the type. */
export const controlCapability = (type: ControlType): string => `controlnet:${type}`;

/** What a request asks of a model: an ImageRequest, or one whose uploads are not read yet. */
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
