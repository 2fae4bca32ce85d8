-- How much a provider is asked for at a time, and how often, counted for all workers together. Only providers with limits (PROVIDER_LIMITS) have
-- rows here. Times are the server's, so that workers whose clocks differ count alike.
-- Breaking for processes of an older build: no (they start attempts without asking).

create table provider_loads (
  provider         text             primary key,
  -- Theoretical arrival time of the next start, in the words of the generic cell rate algorithm (ITU-T I.371, annex A).
  arrival          timestamptz      not null default '-infinity',
  granted_at       timestamptz,
  -- Average seconds between two starts while others wait.
  turnover_seconds double precision not null default 0.1
) with (fillfactor = 50);

-- A row for each attempt that may be asking its provider for something now.
create table provider_slots (
  run_id    uuid    primary key,
  provider  text    not null,
  attempt   integer not null,
  -- Calls to the provider at the same time: one for each variant.
  calls     integer not null,
  worker_id uuid    not null,
  taken_at  timestamptz not null
) with (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02);

-- Attempts that found their provider full, in the order in which they were due.
create table provider_waits (
  run_id   uuid        primary key,
  provider text        not null,
  attempt  integer     not null,
  calls    integer     not null,
  since    timestamptz not null,
  -- When it asks again.
  due_at   timestamptz not null
) with (fillfactor = 70, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02);
create index provider_waits_order on provider_waits (provider, since, run_id);

-- Calls that those ahead of an attempt will make, of the first thousand of them; or only of those who are about to ask and whose attempts are
-- still wanted.
create function provider_calls_ahead(of_provider text, of_run uuid, of_since timestamptz, coming boolean) returns bigint
language sql stable as $$
  select coalesce(sum(calls), 0) from (
    select w.calls from provider_waits w
     where w.provider = of_provider and (w.since, w.run_id) < (of_since, of_run)
       -- Whoever does not come when it said is not waited for.
       and w.due_at > clock_timestamp() - interval '5 seconds'
       and (not coming or (w.due_at < clock_timestamp() + interval '0.2 seconds' and exists (
             select from generations g where g.run_id = w.run_id and g.status = 'pending' and g.attempt = w.attempt)))
     order by w.since, w.run_id limit 1000) as ahead
$$;

-- Gives an attempt its slot, or says when to ask again. The row of the provider is locked to the end, so that any number of workers ask one after
-- the other. A slot is taken while its worker lives, and also after that while its run counts as processing: the provider may still be at it, and
-- whoever takes the attempt over goes on with the slot. A slot that its living worker forgot to give back is an old one that it does not name in
-- `held`; of a new one it may not have known when it asked, as its questions overtake each other.
create function take_provider_slot(
  of_provider text, of_run uuid, of_attempt integer, of_calls integer, of_since timestamptz, of_worker uuid, held uuid[], taken_over boolean,
  concurrency integer, interval_seconds double precision, tolerance_seconds double precision, random double precision,
  out granted boolean, out wait_seconds double precision, out full_seconds double precision
) language plpgsql as $$
declare
  load     provider_loads;
  at       timestamptz;
  used     bigint := 0;
  ahead    bigint := 0;
  rate     double precision := 0;  -- seconds until the rate allows the next start
  waited   boolean;
  turnover double precision;
begin
  -- A slot is lost with the server's memory only where the event that follows it is lost too: the write-ahead log is one sequence.
  perform set_config('synchronous_commit', 'off', true);
  loop
    select * into load from provider_loads where provider = of_provider for update;
    exit when found;
    insert into provider_loads (provider) values (of_provider) on conflict do nothing;
  end loop;
  at := clock_timestamp();
  if taken_over then
    granted := true;
  else
    delete from provider_slots s
     where s.provider = of_provider
       and (case when s.worker_id = of_worker then s.run_id <> all(held) and s.taken_at < at - interval '1 minute'
                 else not exists (select from workers w where w.worker_id = s.worker_id and w.expires_at > at) end)
       and not exists (select from generations g where g.run_id = s.run_id and g.status = 'processing' and g.attempt = s.attempt);
    select coalesce(sum(calls), 0) into used from provider_slots s where s.provider = of_provider and s.run_id <> of_run;
    -- A clock that was set back must not close the provider for as long.
    load.arrival := least(greatest(load.arrival, at), at + make_interval(secs => tolerance_seconds + 10 * interval_seconds));
    if interval_seconds is not null then
      rate := extract(epoch from load.arrival - at) - tolerance_seconds;
    end if;
    granted := (used = 0 or concurrency is null or used + of_calls <= concurrency) and rate <= 0;
    if granted then
      -- It is free, but not for whoever comes by while others wait longer and are on their way. One that makes more calls than the provider takes
      -- runs when nothing else does.
      ahead := provider_calls_ahead(of_provider, of_run, of_since, true);
      granted := ahead = 0 or ((concurrency is null or used + ahead + of_calls <= concurrency)
                               and (interval_seconds is null or rate + ahead * interval_seconds <= 0));
    end if;
  end if;

  if granted then
    if concurrency is not null then
      insert into provider_slots (run_id, provider, attempt, calls, worker_id, taken_at)
      values (of_run, of_provider, of_attempt, of_calls, of_worker, at)
      on conflict (run_id) do update
        set provider = excluded.provider, attempt = excluded.attempt, calls = excluded.calls, worker_id = excluded.worker_id,
            taken_at = excluded.taken_at;
    end if;
    delete from provider_waits w where w.run_id = of_run returning true into waited;
    if not taken_over then
      update provider_loads
         set arrival = load.arrival + make_interval(secs => coalesce(of_calls * interval_seconds, 0)), granted_at = at,
             turnover_seconds = turnover_seconds + case when waited and granted_at is not null then
               0.2 * (least(60, greatest(0, extract(epoch from at - granted_at))) - turnover_seconds) else 0 end
       where provider = of_provider;
      delete from provider_waits w where w.provider = of_provider and w.due_at < at - interval '1 minute';
    end if;
    return;
  end if;

  ahead := provider_calls_ahead(of_provider, of_run, of_since, false);
  -- A start that does not come says as much as one that came.
  turnover := greatest(load.turnover_seconds, 0.1 * coalesce(extract(epoch from at - load.granted_at), 0));
  -- The turns of a rate are known. Slots may be free sooner than they were: who asks well before its turn should come finds that out.
  wait_seconds := greatest(
    (rate + ahead * coalesce(interval_seconds, 0)) * (0.8 + 0.2 * random),
    case when concurrency is null then 0 else (ahead + 1) * turnover * (0.4 + 0.2 * random) end);
  wait_seconds := least(15, greatest(0.05, wait_seconds));
  if used >= concurrency then full_seconds := least(1, greatest(0.05, 0.4 * turnover)); end if;
  if rate > 0 then full_seconds := greatest(full_seconds, rate); end if;
  insert into provider_waits (run_id, provider, attempt, calls, since, due_at)
  values (of_run, of_provider, of_attempt, of_calls, of_since, at + make_interval(secs => wait_seconds))
  on conflict (run_id) do update
    set provider = excluded.provider, attempt = excluded.attempt, calls = excluded.calls, since = excluded.since, due_at = excluded.due_at;
end
$$;
