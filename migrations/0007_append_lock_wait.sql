-- The append does not wait for ever for its turn. A server does not notice that the client of a waiting statement is gone: without a limit it
-- would wait on, and then commit what its caller was told has failed. The limit comes from the caller, who knows how long anybody waits.
-- Breaking for processes of an older build: no (they leave the new parameter out).

drop function append_events(jsonb);

-- Appends a group of commands in one transaction. `commands` is an array, at most one element per stream and per idempotency key:
--   {stream, type, expected: n | null, key: {scope, key, hash} | null, events: [{id, type, data, metadata}], row: {…} | null}
-- expected 0 means that the stream must not exist, n that its version is n, null that any version will do.
-- One result per command, in order:
--   ok        appended; version and position of its last event
--   duplicate these very events are in the stream already (our first try had committed and its answer was lost)
--   conflict  the stream stands at another version, which is given
--   replay    the idempotency key is known with the same body; stream_id is the stream that it made
--   mismatch  the idempotency key is known with another body
-- The advisory lock falls with the commit, so positions become visible in their order and without holes. `lock_wait_ms` is the longest wait
-- for it, and for any other lock: then 55P03, and nothing is written.
create function append_events(commands jsonb, lock_wait_ms integer default 10000) returns setof append_outcome
language plpgsql
-- A session plans this once, maybe while the tables are nearly empty, and keeps the plan: a scan of whole tables or a hash of them would
-- then slow each append down with every row until the next analyze.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
-- Named here, so that what is set below ends with the call.
set lock_timeout = '10s'
as $$
declare
  head    bigint;
  stamp   timestamptz;
  results append_outcome[];
  inline  jsonb;
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

  with command as materialized (
    select c.ordinal::integer,
           (c.doc ->> 'stream')::uuid as stream_id,
           c.doc ->> 'type' as stream_type,
           (c.doc ->> 'expected')::integer as expected,
           c.doc -> 'key' ->> 'scope' as scope,
           c.doc -> 'key' ->> 'key' as key,
           c.doc -> 'key' ->> 'hash' as hash,
           c.doc -> 'events' as events,
           jsonb_array_length(c.doc -> 'events') as count,
           nullif(c.doc -> 'row', 'null'::jsonb) as inline_row
      from jsonb_array_elements(commands) with ordinality as c (doc, ordinal)
  ), judged as materialized (
    select c.*,
           coalesce(s.version, 0) as current,
           k.stream_id as key_stream_id,
           d.version as known_version, d.position as known_position, d.recorded_at as known_at,
           case
             when d.position is not null then 'duplicate'
             when k.body_hash = c.hash then 'replay'
             when k.body_hash is not null then 'mismatch'
             when c.expected is null or c.expected = coalesce(s.version, 0) then 'ok'
             else 'conflict'
           end as outcome
      from command c
      left join streams s on s.stream_id = c.stream_id
      left join idempotency_keys k
        on k.scope = c.scope and k.key = c.key and k.created_at > stamp - interval '24 hours'
      -- A stream at the expected version cannot hold what would have moved it on, so the usual append pays nothing for this.
      left join lateral (
        select e.version, e.position, e.recorded_at from events e
         where s.version is not null and c.expected is distinct from s.version
           and e.stream_id = c.stream_id and e.id = (c.events -> -1 ->> 'id')::uuid
      ) d on true
  ), accepted as materialized (
    select j.*,
           j.current + j.count as version,
           head + sum(j.count) over (order by j.ordinal) as position
      from judged j
     where j.outcome = 'ok'
  ), written_streams as (
    insert into streams as s (stream_id, stream_type, version)
    select a.stream_id, a.stream_type, a.version from accepted a
    on conflict (stream_id) do update set version = excluded.version
  ), written_events as (
    insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
    select a.position - a.count + e.place, a.stream_id, a.current + e.place, (e.doc ->> 'id')::uuid,
           a.stream_type, e.doc ->> 'type', e.doc -> 'data', e.doc -> 'metadata', stamp
      from accepted a, jsonb_array_elements(a.events) with ordinality as e (doc, place)
  ), written_keys as (
    insert into idempotency_keys as k (scope, key, body_hash, stream_id, created_at)
    select a.scope, a.key, a.hash, a.stream_id, stamp from accepted a where a.key is not null
    on conflict (scope, key) do update
       set body_hash = excluded.body_hash, stream_id = excluded.stream_id, created_at = excluded.created_at
  ), answered as (
    select j.ordinal, j.outcome,
           case when j.outcome = 'replay' then j.key_stream_id else j.stream_id end as stream_id,
           coalesce(a.version, j.known_version, j.current) as version,
           coalesce(a.position, j.known_position) as position,
           coalesce(j.known_at, stamp) as recorded_at,
           a.inline_row, j.stream_type, a.position - a.count + 1 as first_position
      from judged j
      left join accepted a on a.ordinal = j.ordinal
  )
  select array_agg((x.ordinal, x.outcome, x.stream_id, x.version, x.position, x.recorded_at)::append_outcome order by x.ordinal),
         jsonb_agg(jsonb_build_object(
           'stream_type', x.stream_type, 'stream_id', x.stream_id, 'version', x.version,
           'first_position', x.first_position, 'last_position', x.position, 'row', x.inline_row
         )) filter (where x.inline_row is not null)
    into results, inline
    from answered x;

  if inline is not null then
    perform write_inline_rows(inline);
  end if;
  if exists (select from unnest(results) r where r.outcome = 'ok') then
    perform pg_notify('events', (select max(r.position)::text from unnest(results) r where r.outcome = 'ok'));
  end if;
  return query select * from unnest(results);
end
$$;
