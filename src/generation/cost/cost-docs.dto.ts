import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems, BODY_PROBLEMS } from '../../platform/http/openapi-decorators.js';
import { ESTIMATE, ESTIMATE_CACHED, ESTIMATE_REQUESTS } from '../jobs/jobs-examples.data.js';
import { EstimateAnswer, EstimateDto } from './estimate.dto.js';

/** POST /api/cost/estimate */
export const ApiEstimateCost = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Estimate a cost',
      description:
        'What a job would cost now, by the price list of its model (`GET /api/models`); nothing is made and nothing is recorded. Takes the body of ' +
        'any route that makes something; `type` names the route where the fields do not tell.',
    }),
    ApiBody({ type: EstimateDto, examples: ESTIMATE_REQUESTS }),
    ApiResponse({
      status: 200,
      description: 'The estimate.',
      type: EstimateAnswer,
      examples: {
        estimate: { summary: 'Two large variants', value: ESTIMATE },
        cached: { summary: 'The result is there already', value: ESTIMATE_CACHED },
      },
    }),
    ApiProblems(...BODY_PROBLEMS),
  );
