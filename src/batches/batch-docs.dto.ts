import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  ApiConditional,
  ApiIdempotencyKey,
  ApiPrefer,
  ApiProblems,
  BODY_PROBLEMS,
  type ProblemSample,
} from '../platform/http/openapi-decorators.js';
import { responseHeaders } from '../platform/http/openapi-schemas.js';
import { BATCH_ACCEPTED, BATCH_CANCELLED, BATCH_ENDED, BATCH_REQUESTS, BATCH_STOPPED } from './batch-examples.data.js';
import { BatchAnswer, BatchDto } from './batch.dto.js';

/** The documentation of the operations on batches, one decorator an operation. */

const NOT_FOUND: ProblemSample = {
  code: 'not_found',
  detail: 'No batch has the id 0199e3a2-5f08-7a10-8c44-e1b7d90f2a35',
};
const INVALID: ProblemSample = {
  code: 'validation_error',
  issues: [
    { loc: ['body', 'requests', 1, 'width'], msg: 'must be a multiple of 8', type: 'value_error' },
    { loc: ['body', 'requests', 3, 'prompt'], msg: 'Field required', type: 'missing' },
  ],
};

const ApiBatchId = (): MethodDecorator =>
  ApiParam({
    name: 'batch_id',
    description: 'The batch.',
    schema: { type: 'string', format: 'uuid' },
    example: BATCH_ENDED.batch_id,
  });

/** Where an answer with a batch's id leads. */
const LINKS = {
  batch: {
    operationId: 'getBatch',
    description: 'How the batch goes.',
    parameters: { batch_id: '$response.body#/batch_id' },
  },
};

/** POST /api/generate/batch */
export const ApiGenerateBatch = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Make many pictures',
      description:
        'Records up to 50 requests as one batch and waits until the last of them has ended, at most 60 seconds (`WAIT_LIMIT_SECONDS`); then, or at once ' +
        'with `Prefer: respond-async`, the answer is a 202 and the batch goes on. Each request becomes a run as with `POST /api/generate`; equal ones share ' +
        'one result. The batch is answered with a 200 whatever became of its requests: `errors` says why one has no result. One invalid request refuses ' +
        'them all, and nothing is recorded. The body may have at most 4 MB.\n\n' +
        'With `parallel: false` each begins when the one before it has ended. With `continue_on_error: false` the first that ends without a result stops ' +
        'the batch: what has not started is cancelled, what has runs to its end. Asking later for a failed run again does not change its batch.',
    }),
    ApiBody({ type: BatchDto, examples: BATCH_REQUESTS }),
    ApiResponse({
      status: 200,
      description: 'The batch has ended.',
      type: BatchAnswer,
      headers: responseHeaders('Preference-Applied', 'Idempotent-Replayed'),
      examples: {
        ended: { summary: 'One with a result, one without', value: BATCH_ENDED },
        stopped: { summary: 'Stopped by its first failure', value: BATCH_STOPPED },
      },
      links: LINKS,
    }),
    ApiResponse({
      status: 202,
      description: 'The batch is accepted and goes on; or, for a repeat, as its `status` says.',
      type: BatchAnswer,
      headers: responseHeaders('Location', 'Retry-After', 'Preference-Applied', 'Idempotent-Replayed'),
      examples: { accepted: { summary: 'Accepted', value: BATCH_ACCEPTED } },
      links: LINKS,
    }),
    ApiProblems(...BODY_PROBLEMS.filter((status) => status !== 422), INVALID),
    ApiIdempotencyKey(),
    ApiPrefer(),
  );

/** GET /api/generate/batch/{batch_id} */
export const ApiGetBatch = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Read a batch',
      description:
        'The batch as it stands, in the shape of `POST /api/generate/batch`. It has an `ETag` once it has ended.',
    }),
    ApiBatchId(),
    ApiResponse({
      status: 200,
      description: 'The batch as it stands.',
      type: BatchAnswer,
      headers: responseHeaders('ETag'),
      examples: {
        ended: { summary: 'Ended', value: BATCH_ENDED },
        accepted: { summary: 'Under way', value: BATCH_ACCEPTED },
      },
    }),
    ApiConditional(),
    ApiProblems(400, NOT_FOUND),
  );

/** POST /api/generate/batch/{batch_id}/cancel */
export const ApiCancelBatch = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Cancel a batch',
      description:
        'Begins no further request and cancels the runs that wait or work; results that are there stay. A batch that has ended, or was cancelled ' +
        'before, answers 409.',
    }),
    ApiBatchId(),
    ApiResponse({
      status: 200,
      description: 'The batch is cancelled.',
      type: BatchAnswer,
      examples: { cancelled: { summary: 'Cancelled while its first request ran', value: BATCH_CANCELLED } },
    }),
    ApiProblems(NOT_FOUND, { code: 'conflict', detail: 'The batch has ended and cannot be cancelled' }),
  );
