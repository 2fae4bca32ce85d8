import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subscriptions } from '../../eventsourcing/subscriptions.js';
import { Metrics } from './metrics.provider.js';

/** Counts what this process deals with as it follows the log. */
@Injectable()
export class SubscriptionMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly subscriptions: Subscriptions,
  ) {
    subscriptions.observe(({ subscription, events, seconds: value, outcome }) => {
      if (outcome === 'ok') metrics.count('darkroom_subscription_events_total', { subscription }, events);
      metrics.observe('darkroom_subscription_batch_duration_seconds', { subscription, outcome }, { value });
    });
  }

  /** When every capability has said what it follows the log with, and before anything does: a counter that is first seen at 7 has not risen for Prometheus. */
  onModuleInit(): void {
    for (const { name: subscription } of this.subscriptions.followers) {
      this.metrics.count('darkroom_subscription_events_total', { subscription }, 0);
      for (const outcome of ['ok', 'failed'])
        this.metrics.begin('darkroom_subscription_batch_duration_seconds', { subscription, outcome });
    }
  }
}
