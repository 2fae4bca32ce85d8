import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { RecordedEvent, ReplayedEvent } from './event.js';

/** Takes statements: a pool, or one connection. */
export interface Connection {
  query<Row extends QueryResultRow>(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult<Row>>;
}

/** A connection inside a transaction that the projector opened and will commit. */
export type Transaction = Connection;

/**
 * A read model that follows the log, exactly once: its rows and its checkpoint change in one transaction. `apply` folds the batch in memory
 * and writes each table once; it names its tables without a schema, so that a rebuild can run it on shadow tables.
 */
export interface Projection {
  /** Persistent identity, in snake_case: a renamed projection starts over. */
  readonly name: string;
  /** Raised when the rows of older events would come out differently; the next start rebuilds. */
  readonly version: number;
  /** Each with a primary key. */
  readonly tables: readonly string[];
  readonly handles: readonly string[];
  /**
   * How long it gathers events between two batches, in milliseconds, unless a reader waits (`Subscriptions.caughtUp`). A batch costs its
   * transaction however small it is, so this is what a read model costs at a moderate load. 0 where it is absent.
   */
  readonly gatherMs?: number;
  apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void>;
}

/**
 * An effect outside the log, at least once and idempotent: the effect comes first, then the checkpoint. A batch that keeps failing is
 * taken apart and its poisoned events are parked, so the order across streams must not matter to a reactor.
 */
export interface Reactor {
  readonly name: string;
  /** Whether the program is of no use without it: no process is ready then while it stands still or is far behind. */
  readonly vital?: boolean;
  readonly handles: readonly string[];
  react(events: readonly RecordedEvent[]): Promise<void>;
}
