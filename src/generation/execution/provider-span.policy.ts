import type { Attributes } from '@opentelemetry/api';
import type { GenerationOrder } from '../generation.events.js';
import { seedOf } from './variants.policy.js';

/**
 * What the span of a provider call says of one variant, by OpenTelemetry's conventions for generative AI where these have a word for it: the
 * size of what is asked for, and never the prompt.
 */
export const providerSpanAttributes = (
  order: GenerationOrder,
  { runId, attempt, variant }: { readonly runId: string; readonly attempt: number; readonly variant: number },
): Attributes => ({
  'gen_ai.operation.name': 'generate_content',
  'gen_ai.provider.name': order.provider,
  'gen_ai.request.model': order.model,
  'gen_ai.output.type': order.type,
  'gen_ai.request.seed': seedOf(order, variant),
  'gen_ai.request.image.width': order.width,
  'gen_ai.request.image.height': order.height,
  'darkroom.run.id': runId,
  'darkroom.run.attempt': attempt,
  'darkroom.run.variant': variant,
});
