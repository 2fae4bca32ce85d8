import { Controller, Get } from '@nestjs/common';
import { ModelCatalogue } from './model-catalogue.port.js';

@Controller('api/models')
export class ModelsController {
  constructor(private readonly catalogue: ModelCatalogue) {}

  @Get()
  list(): object {
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
