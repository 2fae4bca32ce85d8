import { Injectable } from '@nestjs/common';
import { ERROR_CATEGORIES } from '../../providers/image-provider.port.js';
import { ModelCatalogue } from '../../providers/model-catalogue.port.js';
import { Metrics } from './metrics.provider.js';

/**
 * Begins the counters of every model at 0. A counter that is first seen at 7 has not risen for Prometheus, so that the first failures of a
 * provider, or all attempts of a dead worker at once, would be lost to rates and alerts.
 */
@Injectable()
export class ModelSeries {
  constructor(
    private readonly metrics: Metrics,
    catalogue: ModelCatalogue,
  ) {
    for (const { id: provider, models, unavailableBecause } of catalogue.providers) {
      if (unavailableBecause !== null) continue;
      metrics.count('darkroom_provider_postponements_total', { provider }, 0);
      for (const { id: model, types } of models) for (const type of types) this.begin({ type, provider, model });
    }
  }

  private begin({ type, provider, model }: Readonly<Record<'type' | 'provider' | 'model', string>>): void {
    const run = { type, provider, model };
    for (const cached of ['true', 'false'])
      this.metrics.count('darkroom_jobs_finished_total', { ...run, outcome: 'completed', cached, error_type: '' }, 0);
    this.metrics.count('darkroom_job_takeovers_total', { type, provider }, 0);
    this.metrics.count('darkroom_cost_usd_total', run, 0);
    this.metrics.count('darkroom_cost_saved_usd_total', run, 0);
    for (const error_type of ERROR_CATEGORIES) {
      this.metrics.count('darkroom_jobs_finished_total', { ...run, outcome: 'failed', cached: 'false', error_type }, 0);
      this.metrics.count('darkroom_job_retries_total', { type, provider, error_type, trigger: 'auto' }, 0);
    }
  }
}
