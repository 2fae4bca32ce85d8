import { Injectable } from '@nestjs/common';
import { CacheMeter } from '../../prompt-cache/cache-meter.port.js';
import { Metrics } from './metrics.provider.js';

/** Counts what single parts of this process tell of their work. */
@Injectable()
export class ComponentMetrics {
  constructor(metrics: Metrics, cache: CacheMeter) {
    cache.subscribe(({ tier, isHit }) => {
      metrics.count('darkroom_cache_requests_total', { tier, result: isHit ? 'hit' : 'miss' });
    });
  }
}
