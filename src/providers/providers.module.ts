import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Config } from '../platform/config/config.js';
import { RequestInvalid } from '../platform/http/http.errors.js';
import { BuiltinProvider } from './builtin.provider.js';
import { ModelCatalogue } from './model-catalogue.port.js';
import { ModelsController } from './models.controller.js';
import { SimulatorProvider } from './simulator.provider.js';

/** @throws ConfigInvalid when the default model does not exist or cannot be used */
const catalogueOf = (config: Config, pool: Pool): ModelCatalogue => {
  const providers = [
    new BuiltinProvider(config.get('RENDER_THREADS')),
    new SimulatorProvider(pool, config.get('SIMULATOR') === 'on'),
  ];
  try {
    return new ModelCatalogue(providers, config.get('DEFAULT_MODEL'));
  } catch (error) {
    if (!(error instanceof RequestInvalid)) throw error;
    const problem = error.issues.map(({ msg }) => msg).join('; ');
    throw config.invalid('DEFAULT_MODEL', `cannot be the default: ${problem}`, { cause: error });
  }
};

@Global()
@Module({
  controllers: [ModelsController],
  providers: [{ provide: ModelCatalogue, inject: [Config, Pool], useFactory: catalogueOf }],
  exports: [ModelCatalogue],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(private readonly catalogue: ModelCatalogue) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.catalogue.providers.map((provider) => provider.close()));
  }
}
