import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { built, installedHere } from './build.mjs';
import { createDatabase, migrateDatabase } from './durable-database.mjs';
import { ORDER } from './generation-order.mjs';

/** As many as the busiest comparison with a connection for each caller can use well. */
const RAW_CONNECTIONS = 32;
/** The default of DATABASE_POOL_SIZE. */
const DARKROOM_CONNECTIONS = 10;

/** Who appends: `open` readies it for so many callers and answers its append, `end` closes its connections. */
class Contestant {
  /** Appends that it answered, counted by whoever calls them. */
  appended = 0;

  constructor(name, { open, stored, end }) {
    Object.assign(this, { name, open, stored, end });
  }

  /** @throws Error when the table does not hold what was answered for: nobody wins by losing events */
  async verify() {
    const stored = await this.stored();
    if (stored !== this.appended)
      throw new Error(`${this.name} was told of ${this.appended} events and stored ${stored}.`);
  }
}

const countIn = async (pool, table) => Number((await pool.query(`select count(*) from ${table}`)).rows[0].count);

const RAW_TABLE = `create table raw_events (
  position    bigint generated always as identity primary key,
  stream_id   uuid not null,
  version     integer not null,
  id          uuid not null,
  stream_type text not null,
  type        text not null,
  data        jsonb not null,
  metadata    jsonb not null,
  recorded_at timestamptz not null default clock_timestamp()
)`;

const RAW_INSERT = {
  name: 'raw_insert',
  text: 'insert into raw_events (stream_id, version, id, stream_type, type, data, metadata) values ($1, $2, $3, $4, $5, $6, $7)',
};

/** The limit of what single inserts give: no version is checked, no index but the key's is kept. */
export const openRaw = async (serverUrl) => {
  const connectionString = await createDatabase(serverUrl, 'bench_raw');
  let pool = new pg.Pool({ connectionString });
  await pool.query(RAW_TABLE);
  const append = async ({ streamId, place, id, event, metadata }) => {
    const values = [
      streamId,
      place + 1,
      id,
      'generation',
      event.type,
      JSON.stringify(event.data),
      JSON.stringify(metadata),
    ];
    await pool.query({ ...RAW_INSERT, values });
  };
  const open = async (callers) => {
    await pool.end();
    pool = new pg.Pool({ connectionString, max: Math.min(callers, RAW_CONNECTIONS) });
    return append;
  };
  return new Contestant('raw', { open, stored: () => countIn(pool, 'raw_events'), end: () => pool.end() });
};

/** Emmett's PostgreSQL event store with the pool and the settings that it chooses by itself. */
export const openEmmett = async (serverUrl) => {
  const { getPostgreSQLEventStore } = await installedHere('@event-driven-io/emmett-postgresql');
  const url = await createDatabase(serverUrl, 'bench_emmett');
  const store = getPostgreSQLEventStore(url);
  await store.schema.migrate();
  const append = async ({ streamId, place, event, metadata }) => {
    const expectedStreamVersion = place === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(place);
    const stored = await store.appendToStream(`generation-${streamId}`, [{ ...event, metadata }], {
      expectedStreamVersion,
    });
    if (stored.nextExpectedStreamVersion !== BigInt(place + 1)) throw new Error('Emmett stored another version.');
  };
  const stored = async () => {
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    const count = await countIn(pool, 'emt_messages');
    await pool.end();
    return count;
  };
  return new Contestant('emmett', { open: () => Promise.resolve(append), stored, end: () => store.close() });
};

const WORKER = uuidv7();

const commandsOf = (now) => {
  const attempt = { attempt: 1, workerId: WORKER, now };
  const artifact = {
    id: uuidv7(),
    variant: 0,
    content_type: 'image/png',
    width: 1024,
    height: 768,
    bytes: 12_345,
    sha256: 'ab'.repeat(32),
    seed: 42,
  };
  return [
    { type: 'CreateGeneration', order: ORDER, now },
    { type: 'StartAttempt', ...attempt },
    { type: 'RecordSubmission', ...attempt, providerJobId: 'sim_0123456789abcdef' },
    { type: 'CompleteGeneration', ...attempt, artifacts: [artifact], costUsd: 0.01 },
  ];
};

/** The row that each step of a run writes along, as the decider and the read model make it; each run has a picture of its own. */
const rowsByStep = async () => {
  const { GENERATION_KIND } = await built('generation/generation.store.js');
  const { decider, inlineRows } = GENERATION_KIND;
  let state = decider.initialState;
  const rows = commandsOf(new Date()).map((command) => {
    const events = decider.decide(command, state);
    state = events.reduce(decider.evolve, state);
    return inlineRows(state, events);
  });
  return (place) => {
    const { artifact = [], ...row } = rows[place];
    return { ...row, artifact: artifact.map((each) => ({ ...each, id: uuidv7() })) };
  };
};

/** @param extrasOf what an append carries beside its event */
const openDarkroom = async (serverUrl, name, extrasOf) => {
  const { PostgresEventStore } = await built('eventsourcing/postgres-event-store.js');
  const { EventTypes } = await built('eventsourcing/upcaster.js');
  const url = await createDatabase(serverUrl, `bench_${name}`);
  await migrateDatabase(url);
  const pool = new pg.Pool({ connectionString: url, max: DARKROOM_CONNECTIONS });
  const store = new PostgresEventStore(pool, new EventTypes([]));
  const append = async (next) => {
    const { streamId, place, id, event, metadata } = next;
    const { outcome } = await store.append({
      streamId,
      streamType: 'generation',
      expectedVersion: place,
      events: [{ id, event, metadata }],
      ...extrasOf(next),
    });
    if (outcome !== 'ok') throw new Error(`Darkroom answered ${outcome}.`);
  };
  return new Contestant(name, {
    open: () => Promise.resolve(append),
    stored: () => countIn(pool, 'events'),
    end: () => pool.end(),
  });
};

/** Darkroom's event store with nothing but events; it notifies. */
export const openBare = (serverUrl) => openDarkroom(serverUrl, 'bare', () => ({}));

/** Darkroom's event store with an idempotency key and the run's inline row with every event; it notifies. */
export const openFull = async (serverUrl) => {
  const rowOf = await rowsByStep();
  return openDarkroom(serverUrl, 'full', ({ place, key }) => ({ idempotencyKey: key, inlineRows: rowOf(place) }));
};
