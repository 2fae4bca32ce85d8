import { RequestInvalid } from '../../platform/http/http.errors.js';
import { shortcomingOf, type Demand } from '../../providers/capabilities.port.js';
import type { ModelDescription } from '../../providers/image-provider.port.js';
import type { RequestedDetails } from '../generation.commands.js';
import type { GenerationOrder } from '../generation.events.js';
import { inputsOf, picturesOf } from './inputs.policy.js';

type Shaped = Pick<GenerationOrder, 'width' | 'height' | 'steps' | 'cfg_scale' | 'video' | 'inputs'>;

/** The shape of an order whose pictures are named and not found yet. */
export const namedShapeOf = (details: RequestedDetails): Pick<Shaped, 'video' | 'inputs'> => {
  const { video } = details;
  const named = picturesOf(details).map(({ id }) => ({ id, sha256: '' }));
  return {
    ...(video && { video: { duration_seconds: video.durationSeconds, fps: video.fps } }),
    inputs: inputsOf(details, named) ?? {},
  };
};

/** What an order asks its model to be able to do. */
export const demandOf = ({ width, height, steps, cfg_scale, video, inputs }: Shaped): Demand => ({
  ...{ width, height, steps, cfgScale: cfg_scale },
  ...(video && { video: { durationSeconds: video.duration_seconds, fps: video.fps } }),
  ...(inputs?.image && { source: inputs.image }),
  ...(inputs?.guidance_images && { guidance: inputs.guidance_images }),
  ...(inputs?.controlnet && { control: inputs.controlnet }),
});

/** @throws RequestInvalid where the model lacks a capability that the order needs, or takes less of something */
export const refuseUnable = (model: ModelDescription, order: Shaped): void => {
  const shortcoming = shortcomingOf(model, demandOf(order));
  if (shortcoming)
    throw new RequestInvalid([{ loc: ['body', shortcoming.field], msg: shortcoming.message, type: 'value_error' }]);
};
