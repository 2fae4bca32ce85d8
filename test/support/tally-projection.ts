import type { Pool } from 'pg';
import type { RecordedEvent, ReplayedEvent } from '../../src/eventsourcing/event.js';
import type { Projection, Transaction } from '../../src/eventsourcing/projection.js';

/** The tables of the projection under test. */
export const createTally = async (pool: Pool): Promise<void> => {
  await pool.query(`
    create table tally (stream_id uuid primary key, events integer not null, versions text not null);
    create index tally_by_events on tally (events);
    create table tally_total (id integer primary key, events integer not null, positions bigint not null)`);
};

/** Counts, and notes each stream's versions as they come: an event lost, doubled or out of order shows in the rows. */
export class TallyProjection implements Projection {
  readonly tables = ['tally', 'tally_total'];
  readonly handles = ['Noted'];
  /** Called inside the transaction, before anything is written. */
  beforeWriting: (transaction: Transaction) => Promise<void> = () => Promise.resolve();

  constructor(
    readonly version = 1,
    readonly name = 'tally',
  ) {}

  async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    await this.beforeWriting(transaction);
    const streams = new Map<string, number[]>();
    for (const { streamId, version } of events) streams.set(streamId, [...(streams.get(streamId) ?? []), version]);
    await transaction.query(
      `insert into tally (stream_id, events, versions)
       select * from unnest($1::uuid[], $2::integer[], $3::text[])
       on conflict (stream_id) do update
          set events = tally.events + excluded.events, versions = tally.versions || excluded.versions`,
      [
        [...streams.keys()],
        [...streams.values()].map((versions) => versions.length),
        [...streams.values()].map((versions) => versions.map((version) => `${String(version)},`).join('')),
      ],
    );
    await transaction.query(
      `insert into tally_total values (1, $1, $2) on conflict (id) do update
          set events = tally_total.events + excluded.events, positions = tally_total.positions + excluded.positions`,
      [events.length, events.reduce((sum, { position }) => sum + position, 0)],
    );
  }
}

export interface Tally {
  readonly events: number;
  /** Sum of all positions that were counted. */
  readonly positions: number;
  /** By stream: the versions in the order in which they came. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
}

export const readTally = async (pool: Pool): Promise<Tally> => {
  const total = await pool.query<{ events: number; positions: string }>('select events, positions from tally_total');
  const streams = await pool.query<{ stream_id: string; versions: string }>('select stream_id, versions from tally');
  return {
    events: total.rows[0]?.events ?? 0,
    positions: Number(total.rows[0]?.positions ?? 0),
    versions: new Map(
      streams.rows.map((row) => [row.stream_id, row.versions.split(',').filter(Boolean).map(Number)] as const),
    ),
  };
};

/** What a tally says that saw every event of this log once and in order. */
export const tallyOf = (events: readonly RecordedEvent[]): Tally => {
  const versions = new Map<string, number[]>();
  for (const { streamId, version } of events) versions.set(streamId, [...(versions.get(streamId) ?? []), version]);
  return { events: events.length, positions: events.reduce((sum, { position }) => sum + position, 0), versions };
};
