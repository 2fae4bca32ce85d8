import { randomInt } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PROMPT_LENGTH } from '../generation/request-fields.dto.js';
import { RequestInvalid, ResourceNotFound } from '../platform/http/http.errors.js';
import { cut } from '../platform/http/safe-text.js';
import { AcceptedTerms } from './acceptances.store.js';
import { SuggestionIndex } from './autocomplete.policy.js';
import { enhance } from './enhance.policy.js';
import { randomPrompts, type PromptParts } from './random-prompts.policy.js';
import {
  ApiAutocomplete,
  ApiEnhance,
  ApiListCategories,
  ApiListCategory,
  ApiRandomPrompts,
} from './suggestions-docs.dto.js';
import { SUGGESTIONS } from './suggestions.data.js';
import {
  AutocompleteQuery,
  DEFAULT_COUNT,
  DEFAULT_LIMIT,
  EnhanceDto,
  RandomPromptsQuery,
  SEEDS,
  type CategorySuggestions,
  type EnhancedPrompt,
  type RandomPromptsDto,
  type SuggestionCategories,
  type SuggestionMatchDto,
} from './suggestions.dto.js';

const textsOf = (category: string): readonly string[] => (SUGGESTIONS.get(category) ?? []).map(({ text }) => text);

const PARTS: PromptParts = {
  subjects: textsOf('subjects'),
  styles: textsOf('styles'),
  lighting: textsOf('lighting'),
  quality: textsOf('quality'),
};

@ApiTags('Suggestions')
@Controller('api/suggestions')
export class SuggestionsController {
  constructor(
    private readonly index: SuggestionIndex,
    private readonly accepted: AcceptedTerms,
  ) {}

  @Get('autocomplete')
  @ApiAutocomplete()
  async autocomplete(@Query() { query, limit = DEFAULT_LIMIT }: AutocompleteQuery): Promise<SuggestionMatchDto[]> {
    const matches = this.index.find(query, limit, await this.accepted.current());
    return matches.map(({ suggestion: { text, category, description }, type }) => ({
      ...{ text, category, description },
      match_type: type,
    }));
  }

  @Get('categories')
  @ApiListCategories()
  listCategories(): SuggestionCategories {
    return { categories: [...SUGGESTIONS].map(([name, { length: count }]) => ({ name, count })) };
  }

  @Get('by-category/:name')
  @ApiListCategory()
  listCategory(@Param('name') name: string): CategorySuggestions {
    const suggestions = SUGGESTIONS.get(name);
    if (!suggestions) throw new ResourceNotFound(`There is no category of suggestions that is called ${cut(name)}`);
    return { category: name, suggestions: suggestions.map(({ text, description }) => ({ text, description })) };
  }

  @Post('enhance')
  @HttpCode(200)
  @ApiEnhance()
  enhancePrompt(@Body() body: EnhanceDto): EnhancedPrompt {
    const { add_quality: quality = true, add_style: style = false, add_lighting: lighting = false } = body;
    const original = body.prompt.trim();
    const { enhanced, additions } = enhance(original, { quality, style, lighting });
    const { length } = [...enhanced];
    if (length > PROMPT_LENGTH.max) {
      const msg = `prompt would have ${String(length)} characters with what is added, more than ${String(PROMPT_LENGTH.max)}`;
      throw new RequestInvalid([{ loc: ['body', 'prompt'], msg, type: 'value_error' }]);
    }
    return { original, enhanced, additions };
  }

  @Get('random')
  @ApiRandomPrompts()
  drawPrompts(@Query() { count = DEFAULT_COUNT, seed = randomInt(SEEDS) }: RandomPromptsQuery): RandomPromptsDto {
    return { prompts: randomPrompts(PARTS, count, seed) };
  }
}
