// Rebuilds one projection as `npm run cli -- rebuild` does, and says how long it took without the start of the program; or says how its rows differ
// from those of a rebuild:
//   node bench/rebuild-process.mjs rebuild|compare URL NAME
import { argv } from 'node:process';
import pg from 'pg';
import { built } from './build.mjs';

const PROJECTIONS = {
  statistics: ['statistics/statistics.projection.js', 'StatisticsProjection'],
  prompt_cache: ['prompt-cache/prompt-cache.projection.js', 'PromptCacheProjection'],
  suggestions: ['suggestions/suggestions.projection.js', 'SuggestionsProjection'],
  monitoring: ['monitoring/monitoring.projection.js', 'MonitoringProjection'],
  history: ['generation/history/history.projection.js', 'HistoryProjection'],
};

const [, , task, url, name] = argv;
const [path, type] = PROJECTIONS[name];
const { compareWithRebuild, rebuildProjection } = await built('eventsourcing/rebuild.js');
const { PostgresEventStore } = await built('eventsourcing/postgres-event-store.js');
const { EventTypes } = await built('eventsourcing/upcaster.js');
const { GENERATION_EVENTS } = await built('generation/generation.events.js');
const { MONITORING_EVENTS } = await built('monitoring/monitoring.events.js');
const { PROMPT_CACHE_EVENTS } = await built('prompt-cache/prompt-cache.events.js');
const { [type]: Projection } = await built(path);

const pool = new pg.Pool({ connectionString: url, max: 3 });
const store = new PostgresEventStore(pool, new EventTypes([GENERATION_EVENTS, PROMPT_CACHE_EVENTS, MONITORING_EVENTS]));
const began = performance.now();
const result =
  task === 'compare'
    ? { differences: await compareWithRebuild(pool, store, new Projection()) }
    : { events: await rebuildProjection(pool, store, new Projection()) };
console.log(JSON.stringify({ ...result, seconds: (performance.now() - began) / 1000 }));
await pool.end();
