import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/openapi-decorators.js';
import { ModelCatalogue } from './model-catalogue.port.js';
import { MODEL_LIST } from './models-example.data.js';
import { ModelList } from './models.dto.js';

@ApiTags('Models')
@Controller('api/models')
export class ModelsController {
  constructor(private readonly catalogue: ModelCatalogue) {}

  @Get()
  @ApiOperation({
    summary: 'List providers and models',
    description:
      'All providers that Darkroom knows, with their models, limits and prices. Where `configured` is false, `reason` says what is missing; ' +
      'requests for such a provider are refused with a 422. The simulator needs `SIMULATOR=on`.',
  })
  @ApiResponse({
    status: 200,
    description: 'All providers.',
    type: ModelList,
    examples: { models: { summary: 'The built-in renderer; the simulator is off', value: MODEL_LIST } },
  })
  @ApiProblems()
  listModels(): ModelList {
    const { provider, model } = this.catalogue.resolve(null, null);
    return {
      default: { provider: provider.id, model: model.id },
      providers: this.catalogue.providers.map(({ id, name, unavailableBecause, models }) => ({
        id,
        name,
        configured: unavailableBecause === null,
        reason: unavailableBecause,
        models,
      })),
    };
  }
}
