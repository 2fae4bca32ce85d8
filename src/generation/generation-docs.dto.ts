import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  ApiConditional,
  ApiIdempotencyKey,
  ApiIfMatch,
  ApiPrefer,
  ApiProblems,
  BODY_PROBLEMS,
  type ProblemSample,
} from '../platform/http/openapi-decorators.js';
import { responseHeaders } from '../platform/http/openapi-schemas.js';
import { GenerateDto } from './generation.dto.js';
import { GENERATION_PROBLEMS } from './generation.problems.data.js';
import {
  ACCEPTED,
  CANCELLED,
  COMPLETED,
  DETAIL,
  HISTORY,
  REQUESTS,
  STATUS_COMPLETED,
  STATUS_RETRYING,
} from './generation-examples.data.js';
import { PARAMETERS } from './generation.data.js';
import { Parameters } from './parameters.dto.js';
import { Lineage } from './refine/lineage.dto.js';
import { LINEAGE, REFINE_REQUESTS, REFINED } from './refine/refine-examples.data.js';
import { RefineDto } from './refine/refine.dto.js';
import { AcceptedGeneration, Generation, GenerationDetail, RunStatus } from './status/generation-answer.dto.js';
import { RunHistory } from './status/run-history.dto.js';

/** The documentation of the operations on runs, one decorator an operation, so that the controllers show what they do. */

const NOT_FOUND: ProblemSample = { code: 'not_found', detail: 'No generation has the id 4711' };
const BAD_IF_MATCH: ProblemSample = {
  code: 'malformed_request',
  detail: 'If-Match has to be * or a list of entity tags like "3"',
};
const STALE: ProblemSample = {
  code: 'precondition_failed',
  detail: 'If-Match does not name the current version, which is "4"',
};
const FAILED: ProblemSample = {
  code: 'generation_failed',
  ...(GENERATION_PROBLEMS['generation_failed'] && { kind: GENERATION_PROBLEMS['generation_failed'] }),
  detail: 'Generation failed: The simulator refuses as its model asks: moderated',
  details: {
    id: 5,
    run_id: '01a1fbd0-63d1-7637-a769-409a6bbe5161',
    category: 'moderated',
    retryable: false,
    retry_count: 0,
  },
};
const CANCELLED_MEANWHILE: ProblemSample = {
  code: 'conflict',
  detail: 'The generation was cancelled',
  details: { id: 18, run_id: ACCEPTED.run_id },
};
const INVALID: ProblemSample = {
  code: 'validation_error',
  issues: [
    { loc: ['body', 'camera_angle'], msg: 'Invalid camera_angle: oblique', type: 'value_error' },
    { loc: ['body', 'width'], msg: 'must be a multiple of 8', type: 'value_error' },
    { loc: ['body', 'colour'], msg: 'Unknown field: colour', type: 'extra_forbidden' },
  ],
};

/** An id of a run in the path. */
export const ApiRunId = (name: 'id' | 'run_id' = 'id'): MethodDecorator =>
  ApiParam({
    name,
    description: 'The run: its number or its UUID.',
    schema: { type: 'string', pattern: '^([1-9][0-9]{0,15}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$' },
    examples: {
      number: { summary: 'The number', value: '1' },
      uuid: { summary: 'The UUID', value: COMPLETED.run_id },
    },
  });

/** Where an answer with a run's id leads. */
export const RUN_LINKS = {
  status: {
    operationId: 'getStatus',
    description: 'How the run goes.',
    parameters: { run_id: '$response.body#/run_id' },
  },
  events: {
    operationId: 'listEvents',
    description: 'Everything that happened to the run.',
    parameters: { id: '$response.body#/run_id' },
  },
};

const ApiAccepted = (description: string): MethodDecorator =>
  ApiResponse({
    status: 202,
    description,
    type: AcceptedGeneration,
    headers: responseHeaders('Location', 'Retry-After', 'Preference-Applied', 'Idempotent-Replayed'),
    examples: { accepted: { summary: 'Accepted', value: ACCEPTED } },
    links: RUN_LINKS,
  });

/** POST /api/generate */
export const ApiGenerate = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Make a picture',
      description:
        'Records a run and waits until it has ended, at most 60 seconds (`WAIT_LIMIT_SECONDS`); then, or at once with ' +
        '`Prefer: respond-async`, the answer is a 202 and the run goes on. A client that hangs up does not stop its run. ' +
        'A repeat with the same `Idempotency-Key` is answered likewise: with `respond-async` by a 202 whatever became of the run, else as the run ended. ' +
        'A run that fails answers 500 with its category; one that somebody cancels in the meantime answers 409.\n\n' +
        'In the mode `ai` the platform reads the prompt, fills each of the six visual parameters that was left out, and says why in `reasoning`.',
    }),
    ApiBody({ type: GenerateDto, examples: REQUESTS }),
    ApiResponse({
      status: 200,
      description: 'The run has completed.',
      type: Generation,
      headers: responseHeaders('Preference-Applied', 'Idempotent-Replayed'),
      examples: { completed: { summary: 'Completed', value: COMPLETED } },
      links: RUN_LINKS,
    }),
    ApiAccepted('The run is accepted and goes on; or, for a repeat, as its `status` says.'),
    ApiProblems(...BODY_PROBLEMS.filter((status) => status !== 422), INVALID, CANCELLED_MEANWHILE, FAILED),
    ApiIdempotencyKey(),
    ApiPrefer(),
  );

/** GET /api/generate/parameters */
export const ApiGetParameters = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'List what a request may hold',
      description: 'The allowed values, limits and defaults of every field of `POST /api/generate`.',
    }),
    ApiResponse({
      status: 200,
      description: 'Every field with its rule.',
      type: Parameters,
      examples: { parameters: { summary: 'All fields', value: PARAMETERS } },
    }),
    ApiProblems(),
  );

/** GET /api/generate/{id} */
export const ApiGetGeneration = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Read a run',
      description:
        'The answer of `POST /api/generate`, in every state, with its artifacts, its error and its attempts.',
    }),
    ApiRunId(),
    ApiResponse({
      status: 200,
      description: 'The run as it stands.',
      type: GenerationDetail,
      headers: responseHeaders('ETag'),
      examples: { completed: { summary: 'Completed', value: DETAIL } },
    }),
    ApiConditional(),
    ApiProblems(400, NOT_FOUND),
  );

/** POST /api/generate/{id}/refine */
export const ApiRefineGeneration = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Refine a run',
      description:
        'Makes a new run from a completed one: the same order and seed, with the instruction added to the prompt and with the fields that are given. In ' +
        'the mode `ai` visual parameters that the instruction asks for by name change too. The new run has the other one as its `parent_id`. Waits and ' +
        'answers like `POST /api/generate`; a run that is not completed answers 409.',
    }),
    ApiRunId(),
    ApiBody({ type: RefineDto, examples: REFINE_REQUESTS }),
    ApiResponse({
      status: 200,
      description: 'The new run has completed.',
      type: Generation,
      headers: responseHeaders('Preference-Applied', 'Idempotent-Replayed'),
      examples: { completed: { summary: 'Completed', value: REFINED } },
      links: RUN_LINKS,
    }),
    ApiAccepted('The new run is accepted and goes on.'),
    ApiProblems(
      ...BODY_PROBLEMS.filter((status) => status !== 422),
      INVALID,
      NOT_FOUND,
      { code: 'conflict', detail: 'Only a completed generation can be refined; this one is processing' },
      FAILED,
    ),
    ApiIdempotencyKey(),
    ApiPrefer(),
  );

/** GET /api/generate/{id}/lineage */
export const ApiGetLineage = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Read the lineage of a run',
      description: 'The runs that it was refined from, and those that refine it.',
    }),
    ApiRunId(),
    ApiResponse({
      status: 200,
      description: 'The lineage as it stands.',
      type: Lineage,
      examples: { refined: { summary: 'Refined once', value: LINEAGE } },
    }),
    ApiProblems(NOT_FOUND),
  );

/** GET /api/generate/{id}/events */
export const ApiListEvents = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Read the event history of a run',
      description:
        'Everything that happened to the run, in order, as it is stored: the truth that all other answers are made from.',
    }),
    ApiRunId(),
    ApiResponse({
      status: 200,
      description: 'All events of the run.',
      type: RunHistory,
      examples: { completed: { summary: 'A run from request to picture', value: HISTORY } },
    }),
    ApiProblems(NOT_FOUND),
  );

/** POST /api/generate/{id}/cancel */
export const ApiCancelGeneration = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Cancel a run',
      description:
        'Stops a run that waits or works; a worker lets go of it within a second. A run that has ended, cancelled or not, answers 409.',
    }),
    ApiRunId(),
    ApiIfMatch(),
    ApiResponse({
      status: 200,
      description: 'The run is cancelled.',
      type: Generation,
      examples: { cancelled: { summary: 'Cancelled before it started', value: CANCELLED } },
    }),
    ApiProblems(BAD_IF_MATCH, NOT_FOUND, STALE, {
      code: 'conflict',
      detail: 'The generation is completed and cannot be cancelled',
    }),
  );

/** POST /api/generate/{id}/retry */
export const ApiRetryGeneration = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Run a failed run again',
      description:
        'Starts a new attempt of the same run, with all its retries before it. Only a failed run can be retried; any other answers 409. ' +
        'With an `Idempotency-Key` a repeat starts no second attempt.',
    }),
    ApiRunId(),
    ApiIfMatch(),
    ApiIdempotencyKey(),
    ApiAccepted('The next attempt is queued.'),
    ApiProblems(BAD_IF_MATCH, NOT_FOUND, STALE, {
      code: 'conflict',
      detail: 'Only a failed generation can be retried; this one is completed',
    }),
  );

/** GET /api/status/{run_id} */
export const ApiGetStatus = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Ask how a run goes',
      description:
        'Progress, place in the queue, artifacts and error of a run. A failed run is a 200 with `status: failed`. ' +
        'The answer has an `ETag` once the run has ended. To be told rather than ask, follow `stream_url`.',
    }),
    ApiRunId('run_id'),
    ApiResponse({
      status: 200,
      description: 'The run as it stands.',
      type: RunStatus,
      headers: responseHeaders('ETag'),
      examples: {
        completed: { summary: 'Completed', value: STATUS_COMPLETED },
        retrying: { summary: 'Waiting for its second attempt', value: STATUS_RETRYING },
      },
    }),
    ApiConditional(),
    ApiProblems(400, NOT_FOUND),
  );
