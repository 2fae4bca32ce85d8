import type { ProblemTable } from '../platform/http/problem-codes.js';

/** The problem codes that generations add to those of every route. */
export const GENERATION_PROBLEMS: ProblemTable = {
  generation_failed: {
    status: 500,
    title: 'The generation failed',
    retryable: false,
    meaning:
      'The run was recorded and attempted, and its last attempt failed. The body carries its id, the category and the number of retries.',
    remedy:
      'Where `retryable` is true, POST /api/generate/{id}/retry starts another attempt of the same run; else change the request.',
    example: 'Generation failed: The provider refused the prompt',
  },
};
