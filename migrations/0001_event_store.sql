-- The event store: streams, the log, idempotency keys, checkpoints of subscriptions, and the one function that appends.
-- Breaking for processes of an older build: no (first migration).

create table streams (
  stream_id   uuid primary key,
  stream_type text not null,
  version     integer not null check (version > 0)
) with (fillfactor = 70);
comment on table streams is 'Version of each stream; updated in place by append_events alone.';

create table events (
  position    bigint not null,
  stream_id   uuid not null,
  version     integer not null,
  id          uuid not null,
  stream_type text not null,
  type        text not null,
  data        jsonb not null,
  metadata    jsonb not null,
  recorded_at timestamptz not null,
  primary key (position)
) partition by range (position);
comment on table events is 'The log. Position order is commit order, without holes. Append-only.';

-- Rows beyond the last range; a row in here means that nobody called create_event_partitions in time.
create table events_overflow partition of events default;
create unique index events_overflow_stream_version on events_overflow (stream_id, version);
create unique index events_overflow_id on events_overflow (id);

-- Uniqueness across partitions is the append's doing (it holds the lock and the stream's version); the local indexes are the
-- second line of defence and serve reads of one stream. Cheap where nothing is missing, and safe to call from everywhere at any time.
create function create_event_partitions(ahead integer default 2) returns integer
-- Making a partition waits for readers of the log while appends wait for it: rather fail and be called again.
language plpgsql set lock_timeout = '1s' as $$
declare
  size constant bigint := 10000000;
  first_number bigint := coalesce((select max(position) from events), 0) / size;
  name text;
  made integer := 0;
begin
  for number in first_number .. first_number + ahead loop
    name := format('events_%s', lpad(number::text, 4, '0'));
    continue when to_regclass(name) is not null;
    -- No append may put a row into the overflow between the look and the new table; the name again, for who waited here.
    perform pg_advisory_xact_lock(hashtextextended('darkroom.append', 0));
    continue when to_regclass(name) is not null;
    continue when exists (select from events_overflow where position >= number * size and position < (number + 1) * size);
    execute format('create table %I partition of events for values from (%s) to (%s)', name, number * size, (number + 1) * size);
    execute format('create unique index %I on %I (stream_id, version)', name || '_stream_version', name);
    execute format('create unique index %I on %I (id)', name || '_id', name);
    execute format('create trigger events_no_truncate before truncate on %I for each statement execute function refuse_event_change()', name);
    made := made + 1;
  end loop;
  return made;
end
$$;

create function refuse_event_change() returns trigger language plpgsql as $$
begin
  -- Erasure on a person's demand is the one reason to touch the log; it names itself.
  if current_setting('darkroom.maintenance', true) = 'erasure' then
    return coalesce(new, old);
  end if;
  raise exception 'The log is append-only: % on % refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger events_append_only before update or delete on events for each row execute function refuse_event_change();
-- Partitions inherit triggers of rows, but not those of statements.
create trigger events_no_truncate before truncate on events for each statement execute function refuse_event_change();
create trigger events_no_truncate before truncate on events_overflow for each statement execute function refuse_event_change();
select create_event_partitions();

create table idempotency_keys (
  scope      text not null,
  key        text not null,
  body_hash  text not null,
  stream_id  uuid not null,
  created_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);

create table subscriptions (
  name       text primary key,
  version    integer not null,
  position   bigint not null,
  failure    text,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
comment on table subscriptions is 'Checkpoint of each projection and reactor: the last position that it has dealt with.';

create table parked_events (
  subscription text not null,
  position     bigint not null,
  error        text not null,
  parked_at    timestamptz not null default clock_timestamp(),
  primary key (subscription, position)
);
comment on table parked_events is 'Events that a reactor gave up on, with the reason.';

-- Replaced by later migrations: writes the read-model rows that belong to the appends' own transaction. `rows` has an array for each
-- kind of row, and each row names its append and says how many events that has: {"append": ordinal, "stream": id, "events": n, …}.
-- Of the append with that ordinal, `before` is the position in front of its first event, -1 where nothing was appended, and
-- `versions` the version that its stream had.
create function write_inline_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  raise exception 'No inline rows are declared: %', rows;
end
$$;

create type append_outcome as (
  ordinal     integer,
  outcome     text,
  stream_id   uuid,
  version     integer,
  position    bigint,
  recorded_at timestamptz
);

-- Appends a group of commands in one transaction; at most one for each stream and for each idempotency key. Each document is taken
-- apart once, as a flat list: what costs time here is not the rows but the plans that run over them.
--   commands  [{stream, kind, expected: n | null, count, last: id of the last event, scope, key, hash: of an idempotency key or absent}]
--             expected 0 means that the stream must not exist, n that its version is n, null that any version will do
--   new_events [{append: ordinal of its command, from 1; place: in its command, from 1; stream, kind, id, type, data, metadata}]
--   rows      inline rows as in write_inline_rows, or null
-- One result per command, in order:
--   ok        appended; version and position of its last event
--   duplicate these very events are in the stream already (our first try had committed and its answer was lost)
--   conflict  the stream stands at another version, which is given
--   replay    the idempotency key is known with the same body; stream_id is the stream that it made
--   mismatch  the idempotency key is known with another body
-- The advisory lock falls with the commit, so positions become visible in their order and without holes. `lock_wait_ms` is the longest wait
-- for it, and for any other lock: then 55P03, and nothing is written. A server does not notice that the client of a waiting statement is
-- gone: without a limit it would wait on, and then commit what its caller was told has failed.
create function append_events(commands jsonb, new_events jsonb, rows jsonb, lock_wait_ms integer) returns setof append_outcome
language plpgsql
-- A session plans this once, maybe while the tables are nearly empty, and keeps the plan: a scan of whole tables or a hash of them would
-- then slow each append down with every row until the next analyze.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
-- Named here, so that what is set below ends with the call.
set lock_timeout = '10s'
as $$
declare
  head     bigint;
  stamp    timestamptz;
  results  append_outcome[];
  before   bigint[];
  versions integer[];
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'append_events needs read committed: another isolation level would not see the last append'
      using errcode = 'invalid_transaction_state';
  end if;
  perform set_config('lock_timeout', lock_wait_ms::text, true);
  perform pg_advisory_xact_lock(hashtextextended('darkroom.append', 0));
  -- A statement of its own: its snapshot is taken after the lock, so it sees the last append.
  head := coalesce((select e.position from events e order by e.position desc limit 1), 0);
  stamp := clock_timestamp();

  with command as (
    select *
      from rows from (jsonb_to_recordset(commands) as (
             stream uuid, kind text, expected integer, count integer, last uuid, scope text, key text, hash text)
           ) with ordinality as c (stream, kind, expected, count, last, scope, key, hash, ordinal)
  ), judged as (
    select c.*,
           coalesce(s.version, 0) as current,
           k.stream_id as key_stream,
           d.version as known_version, d.position as known_position, d.recorded_at as known_at,
           case
             when d.position is not null then 'duplicate'
             when k.body_hash = c.hash then 'replay'
             when k.body_hash is not null then 'mismatch'
             when c.expected is null or c.expected = coalesce(s.version, 0) then 'ok'
             else 'conflict'
           end as outcome
      from command c
      left join streams s on s.stream_id = c.stream
      left join idempotency_keys k
        on k.scope = c.scope and k.key = c.key and k.created_at > stamp - interval '24 hours'
      -- A stream at the expected version cannot hold what would have moved it on, so the usual append pays nothing for this.
      left join lateral (
        select e.version, e.position, e.recorded_at from events e
         where s.version is not null and c.expected is distinct from s.version and e.stream_id = c.stream and e.id = c.last
      ) d on true
  ), numbered as materialized (
    select j.*, head + coalesce(sum(j.count) filter (where j.outcome = 'ok') over (order by j.ordinal), 0) as position
      from judged j
  ), written_streams as (
    insert into streams as s (stream_id, stream_type, version)
    select n.stream, n.kind, n.current + n.count from numbered n where n.outcome = 'ok'
    on conflict (stream_id) do update set version = excluded.version
  ), written_keys as (
    insert into idempotency_keys as k (scope, key, body_hash, stream_id, created_at)
    select n.scope, n.key, n.hash, n.stream, stamp from numbered n where n.outcome = 'ok' and n.key is not null
    on conflict (scope, key) do update
       set body_hash = excluded.body_hash, stream_id = excluded.stream_id, created_at = excluded.created_at
  )
  select array_agg((
           n.ordinal,
           n.outcome,
           case when n.outcome = 'replay' then n.key_stream else n.stream end,
           case when n.outcome = 'ok' then n.current + n.count else coalesce(n.known_version, n.current) end,
           case when n.outcome = 'ok' then n.position else n.known_position end,
           coalesce(n.known_at, stamp)
         )::append_outcome order by n.ordinal),
         array_agg(case when n.outcome = 'ok' then n.position - n.count else -1 end order by n.ordinal),
         array_agg(n.current order by n.ordinal)
    into results, before, versions
    from numbered n;

  if exists (select from unnest(before) b where b >= 0) then
    insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
    select before[e.append] + e.place, e.stream, versions[e.append] + e.place, e.id, e.kind, e.type, e.data, e.metadata, stamp
      from jsonb_to_recordset(new_events) as e (
             append integer, place integer, stream uuid, kind text, id uuid, type text, data jsonb, metadata jsonb)
     where before[e.append] >= 0;
    if rows is not null then
      perform write_inline_rows(rows, before, versions);
    end if;
    perform pg_notify('events', (select max(r.position)::text from unnest(results) r where r.outcome = 'ok'));
  end if;
  return query select * from unnest(results);
end
$$;
