import type { LogServices } from '../platform/logging/process-log.js';

/** The names in which lines are logged, by the series of files that each goes to. */
const CONTEXTS = {
  api: [
    'HTTP',
    'OpsServer',
    'Pages',
    'Probes',
    'Scrape',
    'RequestStatistics',
    'EventsStreamController',
    'AcceptedTerms',
  ],
  worker: [
    'Worker',
    'GenerationWorker',
    'AttemptProcessor',
    'AttemptClaims',
    'JobQueue',
    'ProgressBroadcast',
    'ShareResults',
    'Batches',
  ],
  projections: ['EventStore', 'RunMetrics', 'AppendMetrics'],
  providers: ['Providers', 'CancelProviderJob'],
  storage: ['Storage', 'Uploads', 'ArtifactsController'],
  app: ['Database', 'Redis', 'Process', 'Audit', 'Tracing'],
} as const;

/** The rest, what the framework says of itself. */
const OTHER = 'app';

/** Every name in which this program logs, in the order of the alphabet. */
export const LOG_CONTEXTS: readonly string[] = Object.values(CONTEXTS)
  .flat()
  .sort((one, other) => (one < other ? -1 : 1));

const services = new Map<string, string>(
  Object.entries(CONTEXTS).flatMap(([service, names]) => names.map((name) => [name, service] as const)),
);

export const LOG_SERVICES: LogServices = {
  serviceOf: (context) => (context === null ? undefined : services.get(context)) ?? OTHER,
};
