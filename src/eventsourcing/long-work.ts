import type { QueryConfig, QueryResultRow } from 'pg';
import type { Connection } from './projection.js';

/** A rebuild, a comparison or a verification reads or moves whole tables; the limit of the pool's statements is that of requests. */
const LONG_WORK_MS = 3_600_000;

/** The same connection, with an hour for each statement: time for whole tables, and a server that fell silent is noticed all the same. */
export const patiently = (connection: Connection): Connection => ({
  query: <Row extends QueryResultRow>(statement: string | QueryConfig, values?: unknown[]) => {
    const { text, ...rest } = typeof statement === 'string' ? { text: statement } : statement;
    const patient: QueryConfig & { readonly query_timeout: number } = {
      text,
      ...rest,
      ...(values && { values }),
      query_timeout: LONG_WORK_MS,
    };
    return connection.query<Row>(patient);
  },
});
