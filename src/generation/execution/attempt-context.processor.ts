import { traceIdOf } from '../../platform/http/request-context.js';
import { sentTexts } from '../../platform/http/sent-texts.js';
import type { LogFields } from '../../platform/logging/log-context.js';
import { enhancedPrompt } from '../preset/preset-source.port.js';
import type { Claim } from './claim-attempt.processor.js';

/** What every line has that is logged while an attempt runs; the trace is that of the request which the attempt goes back to. */
export const fieldsOf = ({ runId, attempt, known, metadata }: Claim): LogFields => {
  const traceId = traceIdOf(metadata.traceparent);
  return {
    ...{ run_id: runId, attempt },
    ...(known.state.status !== 'none' && { provider: known.state.run.order.provider }),
    ...(traceId !== null && { trace_id: traceId }),
    ...(metadata.request_id !== undefined && { request_id: metadata.request_id }),
  };
};

/** The texts of an order that no line of its attempt may repeat, whoever quotes them. */
export const promptsOf = ({ known: { state } }: Claim): readonly string[] => {
  if (state.status === 'none') return [];
  const { prompt, negative_prompt, prompt_template, structured_prompt } = state.run.order;
  const enhanced = prompt_template === undefined ? null : enhancedPrompt(prompt_template, prompt);
  return sentTexts([prompt, negative_prompt, enhanced, structured_prompt]);
};
