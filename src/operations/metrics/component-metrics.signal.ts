import { Injectable } from '@nestjs/common';
import { PostponementMeter } from '../../generation/postponement-meter.port.js';
import { StorageMeter } from '../../platform/storage/storage-meter.js';
import { CacheMeter } from '../../prompt-cache/cache-meter.port.js';
import { Metrics } from './metrics.provider.js';

/** Counts what single parts of this process tell of their work. */
@Injectable()
export class ComponentMetrics {
  constructor(metrics: Metrics, cache: CacheMeter, storage: StorageMeter, postponements: PostponementMeter) {
    cache.subscribe(({ tier, isHit }) => {
      metrics.count('darkroom_cache_requests_total', { tier, result: isHit ? 'hit' : 'miss' });
    });
    storage.subscribe(({ operation, outcome, seconds: value }) => {
      metrics.observe('darkroom_storage_operation_duration_seconds', { operation, outcome }, { value });
    });
    postponements.subscribe(({ provider }) => {
      metrics.count('darkroom_provider_postponements_total', { provider });
    });
  }
}
