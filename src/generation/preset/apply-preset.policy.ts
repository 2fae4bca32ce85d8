import type { GenerationRequest } from '../generation.commands.js';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import type { RequestIssue } from '../../platform/http/http.errors.js';
import type { GenerationOrder, GenerationType } from '../generation.events.js';
import { LONGEST_WRITTEN_PROMPT } from '../jobs/job.data.js';
import { enhancedPrompt, type PresetParameters, type UsablePreset } from './preset-source.port.js';

const KINDS = { image: 'images', video: 'videos' } as const;

/** The issue about a preset that a caller named and that is not there for them. */
export const unknownPreset = (id: string): RequestIssue => ({
  loc: ['body', 'preset'],
  msg: `Unknown preset: ${id}`,
  type: 'value_error',
});

/** Why a preset cannot be applied to a run of that kind and prompt; null where it can. */
export const unfitPreset = (
  { id, type, promptTemplate }: UsablePreset,
  run: { readonly type: GenerationType; readonly prompt: string },
): RequestIssue | null => {
  const issue = (msg: string): RequestIssue => ({ loc: ['body', 'preset'], msg, type: 'value_error' });
  if (type !== run.type) return issue(`The preset ${id} is for ${KINDS[type]}, and this run makes ${KINDS[run.type]}`);
  return enhancedPrompt(promptTemplate, run.prompt).length > LONGEST_WRITTEN_PROMPT
    ? issue(`would make a prompt of more than ${String(LONGEST_WRITTEN_PROMPT)} characters`)
    : null;
};

const defined = <T extends object>(values: T): { [Name in keyof T]?: NonNullable<T[Name]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null)) as {
    [Name in keyof T]?: NonNullable<T[Name]>;
  };

/** The visual parameters that a preset decides. */
export const visualOfPreset = (parameters: PresetParameters): VisualParameters => {
  const { camera_angle, fov, lighting, color_palette, composition, style } = parameters;
  return defined({ camera_angle, fov, lighting, color_palette, composition, style });
};

/** What a preset changes of an order that is there already: not the seed, by which it stays the same picture. */
export const ordersOf = ({ parameters, negativePrompt: negative_prompt }: UsablePreset) => {
  const { width, height, steps, cfg_scale } = parameters;
  return defined({ width, height, steps, cfg_scale, negative_prompt });
};

/** The same for a video. */
export const filmedBy = ({ parameters: { duration_seconds, fps } }: UsablePreset) => defined({ duration_seconds, fps });

/** What an order keeps of the preset that was applied. */
export const recordOf = ({
  id,
  version,
  promptTemplate,
}: UsablePreset): Required<Pick<GenerationOrder, 'preset_version' | 'prompt_template'>> & {
  readonly preset: string;
} => ({
  preset: id,
  preset_version: version,
  prompt_template: promptTemplate,
});

/** Fields that mean one thing: whoever gives one of them decides about all. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  provider: ['provider', 'model'],
  model: ['provider', 'model'],
  cfg_scale: ['cfg_scale', 'guidance_scale'],
};

/** A request with the preset's values where the caller gave none. */
export const withPreset = (
  request: GenerationRequest,
  { parameters, negativePrompt }: UsablePreset,
): GenerationRequest => {
  const given = request.preset?.given ?? new Set<string>();
  const isOpen = (name: string): boolean => !(TOGETHER[name] ?? [name]).some((each) => given.has(each));
  const choose = <Name extends keyof PresetParameters, Fallback>(
    name: Name,
    current: Fallback,
  ): Fallback | NonNullable<PresetParameters[Name]> => (isOpen(name) ? (parameters[name] ?? current) : current);
  const { details } = request;
  const video = details?.video;
  return {
    ...request,
    visual: { ...visualOfPreset(parameters), ...request.visual },
    negativePrompt: isOpen('negative_prompt') ? negativePrompt : request.negativePrompt,
    width: choose('width', request.width),
    height: choose('height', request.height),
    steps: choose('steps', request.steps),
    cfgScale: choose('cfg_scale', request.cfgScale),
    seed: choose('seed', request.seed),
    provider: choose('provider', request.provider),
    model: choose('model', request.model),
    ...(details &&
      video && {
        details: {
          ...details,
          video: {
            durationSeconds: choose('duration_seconds', video.durationSeconds),
            fps: choose('fps', video.fps),
          },
        },
      }),
  };
};
