import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { API } from './api.js';
import { dashboardOf } from './dashboard.js';
import { EVENTSTORE } from './eventstore.js';
import { OVERVIEW } from './overview.js';
import { PIPELINE } from './pipeline.js';
import { PROVIDERS } from './providers.js';
import { QUEUE_AND_WORKERS } from './queue.js';
import { RUNTIME } from './runtime.js';
import { SLO } from './slo.js';

/** What stands in `grafana/dashboards`, by the name of the file. */
export const DASHBOARDS: Readonly<Record<string, Dashboard>> = Object.fromEntries(
  [OVERVIEW, PIPELINE, PROVIDERS, EVENTSTORE, QUEUE_AND_WORKERS, API, RUNTIME, SLO].map((spec) => [
    `${spec.uid}.json`,
    dashboardOf(spec),
  ]),
);
