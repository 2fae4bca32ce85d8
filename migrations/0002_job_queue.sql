-- The job queue of the PostgreSQL adapter (src/platform/queue/postgres-queue.store.ts).
--
-- A job is a wake-up, never truth: the log knows what has to be done, and a job may be lost or delivered twice. So every
-- statement of the queue commits asynchronously; the next durable commit of the same server (a reactor's checkpoint, an
-- append) flushes it too, because the write-ahead log is one sequence.
--
-- A job is waiting (not claimed, due), delayed (not claimed, run_at in the future) or active (claimed until a time that its
-- worker keeps moving). A claim that ran out belongs to whoever takes it next. Done jobs are deleted.

create sequence job_arrivals as bigint cache 1;

create table jobs (
  id            text        primary key check (length(id) between 1 and 200),
  data          jsonb       not null,
  priority      smallint    not null check (priority between 1 and 10),
  run_at        timestamptz not null,
  arrival       bigint      not null,
  claimed_by    uuid,
  claimed_until timestamptz,
  check ((claimed_by is null) = (claimed_until is null))
) with (
  -- Room on each page for the claimed version of its rows: claims and renewals touch no indexed column and stay heap-only.
  fillfactor = 60,
  -- Every job leaves at least two dead rows; the defaults would let them grow with the table.
  autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_insert_threshold = -1,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_threshold = 5000
);

-- The order in which jobs leave. One probe per priority finds the due jobs, the next run time and a job's place.
create index jobs_order on jobs (priority, run_at, arrival);

-- One row that every claim reads, so that a pause holds for all processes and survives them.
create table queue_state (
  only_row boolean primary key default true check (only_row),
  paused   boolean not null
);
insert into queue_state (paused) values (false);

-- One round trip of a worker: removes the jobs that it has done and takes at most `slots` due ones, but none of `held`, which it
-- still has in hand although the claim may have run out. Answers the jobs in the order in which they leave, and the seconds until
-- the next delayed job where slots stayed free. A function for its planner setting: a plan cached while the table was empty would
-- scan it for as long as nobody analyses the table, however full it is by then.
create function exchange_jobs(
  worker uuid, done text[], held text[], slots integer, lock_seconds double precision,
  out taken json, out next_in_seconds double precision
) language plpgsql set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare
  claimed integer := 0;
begin
  perform set_config('synchronous_commit', 'off', true);
  if cardinality(done) > 0 then
    delete from jobs where id = any(exchange_jobs.done) and claimed_by = exchange_jobs.worker;
  end if;
  if slots > 0 and not exists (select from queue_state where paused) then
    -- The lateral subquery is pulled row by row, so no more rows are locked than slots are free; the array makes it run once.
    with taking as (
      update jobs set claimed_by = exchange_jobs.worker, claimed_until = now() + make_interval(secs => lock_seconds)
       where id = any(array(
         select due.id
           from generate_series(1, 10) as level, lateral (
             select id from jobs
              where priority = level and run_at <= now()
                and (claimed_until is null or (claimed_until <= now() and id <> all(held)))
              order by run_at, arrival limit slots for update skip locked
           ) as due
          limit slots))
      returning id, data, priority, run_at, arrival
    )
    select json_agg(json_build_object('id', id, 'data', data, 'priority', priority, 'runAt', run_at)
                    order by priority, run_at, arrival), count(*)
      into taken, claimed from taking;
  end if;
  if claimed < slots then
    select extract(epoch from min(next.run_at) - now()) into next_in_seconds
      from generate_series(1, 10) as level, lateral (
        select run_at from jobs where priority = level and run_at > now() order by run_at limit 1
      ) as next;
  end if;
end
$$;
