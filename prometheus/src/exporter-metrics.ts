import type { MetricCatalogue } from '../../src/platform/telemetry/metric-set.js';

/**
 * What dashboards use of that which the exporters of PostgreSQL and of Redis tell, in deploy/compose and wherever else they are scraped: by
 * names that postgres_exporter has from 0.11 to 0.19, and redis_exporter from 1.45 to 1.78. They tell more, with more labels.
 */
export const EXPORTED = {
  pg_stat_activity_count: {
    type: 'gauge',
    help: 'Connections, by their state.',
    labels: { datname: 'registered', state: 'registered' },
    across: 'sum',
  },
  pg_settings_max_connections: { type: 'gauge', help: 'Connections that the server takes.', across: 'max' },
  pg_stat_activity_max_tx_duration: {
    type: 'gauge',
    help: 'Age of the oldest transaction, in seconds.',
    labels: { datname: 'registered', state: 'registered' },
    across: 'max',
  },
  pg_stat_database_xact_commit: {
    type: 'counter',
    help: 'Transactions that were committed.',
    labels: { datname: 'registered' },
    across: 'sum',
  },
  pg_stat_database_xact_rollback: {
    type: 'counter',
    help: 'Transactions that were rolled back.',
    labels: { datname: 'registered' },
    across: 'sum',
  },
  pg_stat_database_deadlocks: {
    type: 'counter',
    help: 'Deadlocks.',
    labels: { datname: 'registered' },
    across: 'sum',
  },
  pg_stat_database_blks_hit: {
    type: 'counter',
    help: 'Blocks that were in the memory of the server.',
    labels: { datname: 'registered' },
    across: 'sum',
  },
  pg_stat_database_blks_read: {
    type: 'counter',
    help: 'Blocks that were not.',
    labels: { datname: 'registered' },
    across: 'sum',
  },
  pg_stat_database_temp_bytes: {
    type: 'counter',
    help: 'Bytes of sorts and joins that did not fit into memory.',
    labels: { datname: 'registered' },
    across: 'sum',
  },
  pg_database_size_bytes: {
    type: 'gauge',
    help: 'Size on the disk.',
    labels: { datname: 'registered' },
    across: 'max',
  },
  redis_memory_used_bytes: { type: 'gauge', help: 'Memory in use.', across: 'max' },
  redis_memory_max_bytes: { type: 'gauge', help: 'Memory that it may use; 0: as much as there is.', across: 'max' },
  redis_connected_clients: { type: 'gauge', help: 'Connections.', across: 'max' },
  redis_blocked_clients: { type: 'gauge', help: 'Connections that wait for something to come.', across: 'max' },
  redis_commands_processed_total: { type: 'counter', help: 'Commands.', across: 'sum' },
  redis_evicted_keys_total: { type: 'counter', help: 'Keys that went for lack of memory.', across: 'sum' },
  redis_rejected_connections_total: { type: 'counter', help: 'Connections that were refused.', across: 'sum' },
  redis_db_keys: { type: 'gauge', help: 'Keys.', labels: { db: 'registered' }, across: 'max' },
} as const satisfies MetricCatalogue;
