import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  ApiConditional,
  ApiIdempotencyKey,
  ApiIfMatch,
  ApiProblems,
  BODY_PROBLEMS,
  type ProblemSample,
} from '../platform/http/openapi-decorators.js';
import { responseHeaders } from '../platform/http/openapi-schemas.js';
import { PresetUsage } from '../statistics/statistics.dto.js';
import { AppliedPreset, Preset, PresetListAnswer } from './presets-answer.dto.js';
import {
  APPLIED_PRESET,
  BUILT_IN_EXAMPLE,
  CHANGE_REQUESTS,
  CHANGED_PRESET,
  CREATED_PRESET,
  PRESET_REQUESTS,
  PRESET_USAGE,
} from './presets-examples.data.js';
import { ApplyPresetDto, ChangePresetDto, CreatePresetDto } from './presets.dto.js';

/** The documentation of the operations on presets, one decorator an operation. */

const NOT_FOUND: ProblemSample = { code: 'not_found', detail: 'No preset has the id blue_hour' };
const BUILT_IN: ProblemSample = {
  code: 'conflict',
  detail: 'The preset photorealistic is a built-in one and cannot be changed',
};
const FOREIGN: ProblemSample = {
  code: 'forbidden',
  detail: 'Only the owner of the preset blue_hour can say who sees it',
};
const STALE: ProblemSample = {
  code: 'precondition_failed',
  detail: 'If-Match does not name the current version, which is "2"',
};
const INVALID: ProblemSample = {
  code: 'validation_error',
  issues: [
    { loc: ['body', 'prompt_template'], msg: 'must contain {prompt} exactly once', type: 'value_error' },
    { loc: ['body', 'parameters', 'width'], msg: 'must be a multiple of 8', type: 'value_error' },
    { loc: ['body', 'parameters', 'fps'], msg: 'A preset for images has no fps', type: 'value_error' },
  ],
};
const BODY_WITHOUT_422 = BODY_PROBLEMS.filter((status) => status !== 422);

const PRIVACY =
  'A private preset is there for its owner alone, who says so with `user_id`; to everybody else it is a 404.';

const ApiPresetId = (): MethodDecorator =>
  ApiParam({
    name: 'id',
    description: 'The preset.',
    schema: { type: 'string', pattern: '^[a-z0-9_]{3,64}$' },
    example: 'cinematic_portrait',
  });

const one = (status: number, description: string, summary: string, value: Preset): MethodDecorator =>
  ApiResponse({
    status,
    description,
    type: Preset,
    headers: status === 201 ? responseHeaders('Location', 'ETag', 'Idempotent-Replayed') : responseHeaders('ETag'),
    examples: { preset: { summary, value } },
  });

/** GET /api/presets */
export const ApiListPresets = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'List presets',
      description: `All presets that the caller can use, or those of one category. ${PRIVACY}`,
    }),
    ApiResponse({
      status: 200,
      description: 'The presets.',
      type: PresetListAnswer,
      examples: {
        two: { summary: 'One built-in, one custom', value: { total: 2, presets: [BUILT_IN_EXAMPLE, CREATED_PRESET] } },
      },
    }),
    ApiProblems({
      code: 'validation_error',
      issues: [{ loc: ['query', 'category'], msg: 'Invalid category: audio', type: 'value_error' }],
    }),
  );

/** POST /api/presets */
export const ApiCreatePreset = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Make a preset',
      description:
        'From here on every route that makes something takes its id as `preset`. A run takes the template, the negative prompt and the parameters ' +
        'from it; what the request says itself wins. The id of a deleted preset is free again, and its versions go on: an id and a version ' +
        'mean the same for ever.',
    }),
    ApiBody({ type: CreatePresetDto, examples: PRESET_REQUESTS }),
    one(201, 'The preset, which can be used at once.', 'Made', CREATED_PRESET),
    ApiProblems(...BODY_WITHOUT_422, INVALID, { code: 'conflict', detail: 'The id blue_hour is taken' }),
    ApiIdempotencyKey(),
  );

/** POST /api/presets/apply/{id} */
export const ApiApplyPreset = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Apply a preset to a prompt',
      description: `What a run of the prompt with the preset would be asked for; nothing is made and nothing is recorded. ${PRIVACY}`,
    }),
    ApiPresetId(),
    ApiBody({
      type: ApplyPresetDto,
      examples: { prompt: { summary: 'A prompt', value: { user_prompt: 'a fisherman mending his net' } } },
    }),
    ApiResponse({
      status: 200,
      description: 'The prompt as a provider would get it, and what comes with it.',
      type: AppliedPreset,
      examples: { applied: { summary: 'Applied', value: APPLIED_PRESET } },
    }),
    ApiProblems(...BODY_PROBLEMS, NOT_FOUND),
  );

/** GET /api/presets/{id} */
export const ApiGetPreset = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Read a preset',
      description: `The preset as it is now; its \`ETag\` is its version. ${PRIVACY}`,
    }),
    ApiPresetId(),
    one(200, 'The preset.', 'Changed once', CHANGED_PRESET),
    ApiConditional(),
    ApiProblems(400, NOT_FOUND),
  );

/** GET /api/presets/{id}/usage */
export const ApiGetPresetUsage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Sum the runs of a preset up',
      description:
        'How often the preset was applied, under whatever version, how many of these runs completed, and how long they took. By day, by user and by ' +
        `project: \`preset_usage\` of \`GET /api/generate/statistics\`. ${PRIVACY}`,
    }),
    ApiPresetId(),
    ApiResponse({
      status: 200,
      description: 'The sums.',
      type: PresetUsage,
      examples: { usage: { summary: 'Four runs, one of which failed', value: PRESET_USAGE } },
    }),
    ApiProblems(NOT_FOUND),
  );

/** PUT /api/presets/{id} */
export const ApiChangePreset = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Change a preset',
      description:
        'Puts the whole content in place of what was there, as the next version; a content that says the same changes nothing. Runs that were made ' +
        'with an earlier version keep it. With `If-Match` nobody else’s change is lost. Who sees the preset only its owner can change.',
    }),
    ApiPresetId(),
    ApiBody({ type: ChangePresetDto, examples: CHANGE_REQUESTS }),
    one(200, 'The preset as it is from here on.', 'Changed', CHANGED_PRESET),
    ApiIfMatch(),
    ApiProblems(...BODY_WITHOUT_422, INVALID, NOT_FOUND, BUILT_IN, FOREIGN, STALE),
  );

/** DELETE /api/presets/{id} */
export const ApiDeletePreset = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Delete a preset',
      description: `Runs that were made with it stay as they are, and can be refined. ${PRIVACY}`,
    }),
    ApiPresetId(),
    ApiResponse({ status: 204, description: 'The preset is gone.' }),
    ApiIfMatch(),
    ApiProblems(400, NOT_FOUND, BUILT_IN, STALE),
  );
