import { Injectable } from '@nestjs/common';
import { MetricSet } from '../../platform/telemetry/metric-set.js';
import { METRICS } from './metrics.data.js';

/** The metrics of this process. */
@Injectable()
export class Metrics extends MetricSet<typeof METRICS> {
  constructor() {
    super(METRICS);
  }
}
