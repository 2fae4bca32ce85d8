import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { ApiProblems, BODY_PROBLEMS, type ProblemSample } from '../platform/http/openapi-decorators.js';
import {
  CATEGORIES,
  CATEGORY,
  ENHANCE_REQUESTS,
  ENHANCED,
  MATCHES,
  RANDOM_PROMPTS,
} from './suggestions-examples.data.js';
import {
  CategorySuggestions,
  EnhanceDto,
  EnhancedPrompt,
  RandomPromptsDto,
  SuggestionCategories,
  SuggestionMatchDto,
} from './suggestions.dto.js';

/** The documentation of the operations on suggestions, one decorator an operation. */

const refused = (...issues: NonNullable<ProblemSample['issues']>): ProblemSample => ({
  code: 'validation_error',
  issues,
});

/** GET /api/suggestions/autocomplete */
export const ApiAutocomplete = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Complete what is being typed',
      description:
        'Built-in terms for prompts, best first: those that begin as the query does, then those whose words do, then those that do but for typos ' +
        '(one in a word of 4 to 7 letters, two in a longer one; the beginning of a known word is never taken for a typo), then those that mean the ' +
        'same or something near. Among equals those come first that stood in the prompts of more completed runs, the cached ones included, then the ' +
        'shorter ones. What users accept is looked at about every second, and is counted as soon as a run has completed (`GET /health/ready` shows ' +
        'the lag of that as `suggestions`).',
    }),
    ApiResponse({
      status: 200,
      description: 'The suggestions; none where nothing fits.',
      type: [SuggestionMatchDto],
      examples: {
        prefix: { summary: 'query=portrait&limit=3', value: MATCHES.prefix },
        fuzzy: { summary: 'query=cinematc&limit=2: a typo', value: MATCHES.fuzzy },
        semantic: { summary: 'query=spooky: by its meaning', value: MATCHES.semantic },
      },
    }),
    ApiProblems(
      refused(
        { loc: ['query', 'query'], msg: 'Field required', type: 'missing' },
        { loc: ['query', 'limit'], msg: 'limit must not be greater than 50', type: 'value_error' },
      ),
    ),
  );

/** GET /api/suggestions/categories */
export const ApiListCategories = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'List the categories of suggestions', description: 'Each with the number of its terms.' }),
    ApiResponse({
      status: 200,
      description: 'All categories.',
      type: SuggestionCategories,
      examples: { all: { summary: 'Seven categories', value: CATEGORIES } },
    }),
    ApiProblems(),
  );

/** GET /api/suggestions/by-category/{name} */
export const ApiListCategory = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary: 'List the suggestions of a category', description: 'All of its terms, in a fixed order.' }),
    ApiParam({
      name: 'name',
      description: 'The category, by its name from `GET /api/suggestions/categories`.',
      schema: { type: 'string' },
      example: CATEGORY.category,
    }),
    ApiResponse({
      status: 200,
      description: 'The terms.',
      type: CategorySuggestions,
      examples: { mood: { summary: 'The terms of one category', value: CATEGORY } },
    }),
    ApiProblems({ code: 'not_found', detail: 'There is no category of suggestions that is called weather' }),
  );

/** POST /api/suggestions/enhance */
export const ApiEnhance = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Add to a prompt what it lacks',
      description:
        'Adds quality, a style or a lighting that fits what the prompt speaks of; nothing that the prompt says already, be it in other words: ' +
        '`ultra-detailed` is as good as `highly detailed`, and a prompt that names any style gets no other. The same prompt always gets the same. ' +
        'Nothing is created; the answer is a prompt for `POST /api/generate`.',
    }),
    ApiBody({ type: EnhanceDto, examples: ENHANCE_REQUESTS }),
    ApiResponse({
      status: 200,
      description: 'The prompt with what it lacked.',
      type: EnhancedPrompt,
      examples: {
        quality: { summary: 'Quality alone, as by default', value: ENHANCED.quality },
        everything: { summary: 'Quality, style and lighting', value: ENHANCED.everything },
        nothing: { summary: 'A prompt that says it already', value: ENHANCED.nothing },
      },
    }),
    ApiProblems(
      ...BODY_PROBLEMS.filter((status) => status !== 422),
      refused({
        loc: ['body', 'prompt'],
        msg: 'prompt would have 2036 characters with what is added, more than 2000',
        type: 'value_error',
      }),
    ),
  );

/** GET /api/suggestions/random */
export const ApiRandomPrompts = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Make up prompts at random',
      description:
        'Prompts from one term each of subjects, styles, lighting and quality. No two of an answer are the same, and two that follow each other ' +
        'have different subjects. The same `seed` gives the same prompts, a smaller `count` the first of them.',
    }),
    ApiResponse({
      status: 200,
      description: 'The prompts.',
      type: RandomPromptsDto,
      examples: { two: { summary: 'count=2&seed=7', value: RANDOM_PROMPTS } },
    }),
    ApiProblems(
      refused(
        { loc: ['query', 'count'], msg: 'count must not be greater than 50', type: 'value_error' },
        { loc: ['query', 'seed'], msg: 'seed must not be less than 0', type: 'value_error' },
      ),
    ),
  );
