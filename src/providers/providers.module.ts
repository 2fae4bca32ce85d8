import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Config } from '../platform/config/config.js';
import { RequestInvalid } from '../platform/http/http.errors.js';
import { BuiltinProvider } from './builtin.provider.js';
import { ModelCatalogue } from './model-catalogue.port.js';
import { ModelsController } from './models.controller.js';
import { ProviderLimits } from './provider-limits.port.js';
import { SimulatorProvider } from './simulator.provider.js';

/** @throws ConfigInvalid when the default model does not exist or cannot be used */
const catalogueOf = (config: Config, pool: Pool): ModelCatalogue => {
  const providers = [
    new BuiltinProvider(config.get('RENDER_THREADS')),
    new SimulatorProvider(pool, config.get('SIMULATOR') === 'on', config.get('SIMULATOR_LATENCY_MS')),
  ];
  try {
    return new ModelCatalogue(providers, config.get('DEFAULT_MODEL'));
  } catch (error) {
    if (!(error instanceof RequestInvalid)) throw error;
    const problem = error.issues.map(({ msg }) => msg).join('; ');
    throw config.invalid('DEFAULT_MODEL', `cannot be the default: ${problem}`, { cause: error });
  }
};

/** @throws ConfigInvalid for limits that cannot be read, or of a provider that there is not */
const limitsOf = (config: Config, catalogue: ModelCatalogue): ProviderLimits => {
  try {
    return ProviderLimits.parse(
      config.get('PROVIDER_LIMITS'),
      catalogue.providers.map(({ id }) => id),
    );
  } catch (error) {
    throw config.invalid('PROVIDER_LIMITS', (error as Error).message, { cause: error });
  }
};

@Global()
@Module({
  controllers: [ModelsController],
  providers: [
    { provide: ModelCatalogue, inject: [Config, Pool], useFactory: catalogueOf },
    { provide: ProviderLimits, inject: [Config, ModelCatalogue], useFactory: limitsOf },
  ],
  exports: [ModelCatalogue, ProviderLimits],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(private readonly catalogue: ModelCatalogue) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.catalogue.providers.map((provider) => provider.close()));
  }
}
