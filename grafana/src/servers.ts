import { now, rate } from '../../prometheus/src/promql.js';
import type { Row } from './dashboard.js';
import { lines } from './panels.js';
import { STEP } from './windows.js';

const DATABASE = ['datname'] as const;
const HIT = rate('pg_stat_database_blks_hit', STEP);
const READ = rate('pg_stat_database_blks_read', STEP);

const POSTGRESQL = [
  lines({
    title: 'Connections to PostgreSQL',
    description:
      'Of all clients, by their state, against max_connections. idle in transaction for long is a client that has forgotten its transaction.',
    unit: 'short',
    queries: [
      { expr: now('pg_stat_activity_count', { by: ['state'] }), legend: '{{state}}' },
      { expr: now('pg_settings_max_connections'), legend: 'at most' },
    ],
  }),
  lines({
    title: 'Oldest transaction',
    description:
      'Seconds, by the state of its connection. As long as it is open, nothing that was deleted since can be cleaned away. A rebuild of a large read model takes minutes.',
    unit: 's',
    queries: [{ expr: now('pg_stat_activity_max_tx_duration', { by: ['state'] }), legend: '{{state}}' }],
  }),
  lines({
    title: 'Transactions',
    description:
      'A second. Those that are rolled back are attempts that somebody else was faster at, and errors; deadlocks should be none.',
    unit: 'ops',
    queries: [
      { expr: rate('pg_stat_database_xact_commit', STEP), legend: 'committed' },
      { expr: rate('pg_stat_database_xact_rollback', STEP), legend: 'rolled back' },
      { expr: rate('pg_stat_database_deadlocks', STEP), legend: 'deadlocks' },
    ],
  }),
  lines({
    title: 'Found in the memory of PostgreSQL',
    description:
      'Share of the blocks that were read and were in shared_buffers. Below 0.9 for long, more memory helps; the system may have the rest in its own.',
    unit: 'percentunit',
    limit: 0.9,
    isBadBelow: true,
    queries: [{ expr: `${HIT} / clamp_min(${HIT} + ${READ}, 1e-9)`, legend: 'found' }],
  }),
  lines({
    title: 'Size of the databases',
    description: 'On the disk, by database. The log only grows; read models and artifacts are not what fills it.',
    unit: 'bytes',
    queries: [{ expr: now('pg_database_size_bytes', { by: DATABASE }), legend: '{{datname}}' }],
  }),
  lines({
    title: 'Spilt to the disk',
    description: 'Bytes a second of sorts and joins that did not fit into work_mem, by database.',
    unit: 'Bps',
    queries: [{ expr: rate('pg_stat_database_temp_bytes', STEP, { by: DATABASE }), legend: '{{datname}}' }],
  }),
];

const REDIS = [
  lines({
    title: 'Memory of Redis',
    description:
      'In use, and what it may use; 0 is no limit. At the limit it refuses what is written, as it should evict nothing: wake-ups are found again by the log, but late.',
    unit: 'bytes',
    queries: [
      { expr: now('redis_memory_used_bytes'), legend: 'in use' },
      { expr: now('redis_memory_max_bytes'), legend: 'at most' },
    ],
  }),
  lines({
    title: 'Keys evicted, connections refused',
    description:
      'A second. Evicted keys are wake-ups that are gone until the log is looked through: the policy should be noeviction.',
    unit: 'ops',
    queries: [
      { expr: rate('redis_evicted_keys_total', STEP), legend: 'evicted' },
      { expr: rate('redis_rejected_connections_total', STEP), legend: 'refused' },
    ],
  }),
  lines({
    title: 'Clients of Redis',
    description: 'Connections, and those among them that wait for something to come, as workers do.',
    unit: 'short',
    queries: [
      { expr: now('redis_connected_clients'), legend: 'connected' },
      { expr: now('redis_blocked_clients'), legend: 'waiting' },
    ],
  }),
  lines({
    title: 'Commands of Redis',
    description: 'A second; a blocking one counts when it is through.',
    unit: 'ops',
    queries: [{ expr: rate('redis_commands_processed_total', STEP), legend: 'commands' }],
  }),
  lines({
    title: 'Keys',
    description: 'By database of the server: wake-ups, and results that all processes share.',
    unit: 'short',
    width: 24,
    queries: [{ expr: now('redis_db_keys', { by: ['db'] }), legend: '{{db}}' }],
  }),
];

/** What their exporters tell of the servers that the platform stands on; empty where those are not scraped. */
export const SERVER_ROWS: readonly Row[] = [
  { title: 'PostgreSQL, where its exporter is scraped', panels: POSTGRESQL },
  { title: 'Redis, where its exporter is scraped', panels: REDIS },
];
