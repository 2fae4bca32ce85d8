import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Config } from '../platform/config/config.js';
import { BuiltinProvider } from './builtin.provider.js';
import { ModelCatalogue } from './model-catalogue.port.js';
import { ModelsController } from './models.controller.js';
import { SimulatorProvider } from './simulator.provider.js';

@Global()
@Module({
  controllers: [ModelsController],
  providers: [
    {
      provide: ModelCatalogue,
      inject: [Config, Pool],
      useFactory: (config: Config, pool: Pool) =>
        new ModelCatalogue(
          [
            new BuiltinProvider(config.get('RENDER_THREADS')),
            new SimulatorProvider(pool, config.get('SIMULATOR') === 'on'),
          ],
          config.get('DEFAULT_MODEL'),
        ),
    },
  ],
  exports: [ModelCatalogue],
})
export class ProvidersModule implements OnApplicationShutdown {
  constructor(private readonly catalogue: ModelCatalogue) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.catalogue.providers.map((provider) => provider.close()));
  }
}
