import { RequestInvalid } from '../../platform/http/http.errors.js';
import type { GenerationRequest, RequestedDetails } from '../generation.commands.js';
import { commonOf } from '../generation-request.dto.js';
import { JOB_LIMITS, LONGEST_WRITTEN_PROMPT } from './job.data.js';
import type { ImageToVideoDto, JobDto, TextToImageDto, TextToVideoDto } from './job.dto.js';
import { promptText } from './structured-prompt.policy.js';

/** A body whose fields have all been checked: one of `prompt` and `structured_prompt` is there. @throws RequestInvalid where that is a book */
const written = ({ prompt, structured_prompt }: JobDto): string => {
  if (!structured_prompt) return prompt?.trim() ?? '';
  const text = promptText(structured_prompt);
  if (text.length <= LONGEST_WRITTEN_PROMPT) return text;
  const msg = `must have at most ${String(LONGEST_WRITTEN_PROMPT)} characters in all`;
  throw new RequestInvalid([{ loc: ['body', 'structured_prompt'], msg, type: 'value_error' }]);
};

const shared = (body: JobDto): Omit<GenerationRequest, 'type' | 'details'> => ({
  ...commonOf(body),
  ...(body.guidance_scale !== undefined && { cfgScale: body.guidance_scale }),
  prompt: written(body),
  mode: 'manual',
  visual: {},
});

const details = (body: JobDto): RequestedDetails => ({
  numVariants: body.num_variants ?? JOB_LIMITS.num_variants.default,
  structuredPrompt: body.structured_prompt ?? null,
  guidanceImages: [],
  controlnet: null,
  video: null,
  image: null,
});

/** The body of a text-to-image job with the contract's defaults filled in. */
export const imageJobOf = (body: TextToImageDto): GenerationRequest => {
  const { guidance_images: guidance = [], controlnet: control } = body;
  return {
    ...shared(body),
    type: 'image',
    details: {
      ...details(body),
      guidanceImages: guidance.map(({ upload_id, weight }) => ({
        uploadId: upload_id,
        weight: weight ?? JOB_LIMITS.guidance_weight.default,
      })),
      controlnet: control
        ? {
            type: control.type,
            uploadId: control.image,
            strength: control.strength ?? JOB_LIMITS.control_strength.default,
            start: control.start ?? JOB_LIMITS.control_start.default,
            end: control.end ?? JOB_LIMITS.control_end.default,
          }
        : null,
    },
  };
};

/** The body of a video job with the defaults filled in; a video that names no size is a wide and small one. */
export const videoJobOf = (body: TextToVideoDto & Partial<Pick<ImageToVideoDto, 'image'>>): GenerationRequest => ({
  ...shared(body),
  type: 'video',
  width: body.width ?? JOB_LIMITS.video_width.default,
  height: body.height ?? JOB_LIMITS.video_height.default,
  details: {
    ...details(body),
    video: {
      durationSeconds: body.duration_seconds ?? JOB_LIMITS.duration_seconds.default,
      fps: body.fps ?? JOB_LIMITS.fps.default,
    },
    image: body.image ?? null,
  },
});
