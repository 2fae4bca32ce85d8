-- Jobs leave the queue round robin by their group, each group by its weight, so that a thousand jobs of one keep nobody's single job waiting.
-- Stride scheduling with the clock of start-time fair queueing: docs/decisions/0024-turns-belong-to-users.md.
--
-- A job that is due holds a turn, a point on the queue's own clock. A group's next turn begins one stride after its last one, and never before
-- the clock, which stands at the latest turn that was taken: a group that was away has saved nothing up. Turns are taken in their order; which
-- job of its group goes in one is decided when it is taken, by priority, run time and arrival. Turns of a group therefore change hands, and none
-- is lost or won by that. Priority 1 goes before all turns.
-- Breaking for processes of an older build: no. The jobs that they add line up when somebody takes or asks.

alter table jobs
  add column line   text    not null default '',
  -- How much of the clock a turn of the group takes; a million for the weight 1.
  add column stride bigint  not null default 1000000 check (stride > 0),
  -- Null until the job is due and has lined up; 0 goes before all turns.
  add column turn   bigint,
  -- Tells equal turns apart and changes hands with them.
  add column seat   bigint,
  -- Whether it may go in another turn of its line than in the one that it holds. Where no waiting job may, whoever holds a turn goes in it.
  add column jumps  boolean not null default true,
  add check ((turn is null) = (seat is null));

drop index jobs_order;
create index jobs_order on jobs (turn, seat) where turn is not null;
create index jobs_by_line on jobs (line, priority, run_at, arrival) where turn is not null;
create index jobs_turns_by_line on jobs (line, turn, seat) where turn is not null;
create index jobs_jumping on jobs (turn) where jumps and turn is not null;
create index jobs_delayed on jobs (run_at, arrival) where turn is null;

-- The queue's clock.
alter table queue_state add column turn bigint not null default 1;

-- Gives jobs whose time has come their turns, at most 500, so that nobody who takes jobs waits long for this; a worker takes far fewer at once.
create function line_up_due_jobs() returns void
language plpgsql set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  with due as materialized (
    select id, line, stride, priority, run_at, arrival from jobs
     where turn is null and run_at <= now() and (claimed_until is null or claimed_until <= now())
     order by run_at, arrival limit 500 for update skip locked
  ), start as materialized (
    select lines.line, greatest(queue_state.turn, last.turn + last.stride) as turn
      from queue_state, (select distinct line from due) as lines left join lateral (
        select turn, stride from jobs where jobs.line = lines.line and turn > 0 order by turn desc, seat desc limit 1
      ) as last on true
  ), placed as materialized (
    select id, turn, nextval('job_arrivals') as seat from (
      select id, case when priority = 1 then 0 else start.turn + (
               sum(case when priority = 1 then 0 else stride end)
                 over (partition by due.line order by run_at, arrival rows unbounded preceding) - stride)::bigint end as turn
        from due join start using (line) order by run_at, arrival
    ) as in_order
  )
  update jobs set turn = placed.turn, seat = placed.seat, jumps = true from placed
   where jobs.id = placed.id and jobs.id = any(array(select id from placed));
end
$$;

-- Adds jobs, in their order; ids that are there are left as they are. Answers the earliest run time of what it added.
-- A line's next turn begins where its last one ends. Two who add to one line at the same moment may both begin there: the line then
-- has a turn too much.
create function enqueue_jobs(
  ids text[], datas text[], priorities smallint[], run_ats timestamptz[], lines text[], strides bigint[]
) returns timestamptz
language plpgsql set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  earliest timestamptz;
begin
  perform set_config('synchronous_commit', 'off', true);
  with numbered as materialized (
    select nextval('job_arrivals') as arrival, each.*, coalesce(each.run_at <= now(), true) as is_due
      from unnest(ids, datas, priorities, run_ats, lines, strides) as each (id, data, priority, run_at, line, stride)
     where id <> all(array(select jobs.id from jobs where jobs.id = any(ids)))
  ), start as materialized (
    select due.line, greatest(queue_state.turn, last.turn + last.stride) as turn
      from queue_state, (select distinct line from numbered where is_due) as due left join lateral (
        select turn, stride from jobs where jobs.line = due.line and turn > 0 order by turn desc, seat desc limit 1
      ) as last on true
  ), placed as materialized (
    select numbered.*, case when not is_due then null when priority = 1 then 0 else start.turn + (
             sum(case when is_due and priority > 1 then stride else 0 end)
               over (partition by numbered.line order by arrival rows unbounded preceding) - stride)::bigint end as turn
      from numbered left join start using (line)
  ), added as (
    -- Inserted in the order of their ids: two callers with the same ids in another order would wait for each other.
    insert into jobs (id, data, priority, run_at, arrival, line, stride, turn, seat, jumps)
    select id, data::jsonb, priority, coalesce(run_at, now()), arrival, line, stride,
           turn, case when turn is not null then arrival end, priority <> 5 or run_at is not null
      from placed order by id
    on conflict (id) do nothing
    returning run_at
  )
  select min(run_at) into earliest from added;
  return earliest;
end
$$;

-- Takes the jobs of lines in which one goes before another that holds an earlier turn. What goes, goes in the first of its line's turns; the ones
-- that stay behind share the turns that are left.
create function take_jumping_jobs(
  worker uuid, held text[], slots integer, lock_seconds double precision, out taken json, out claimed integer, out latest bigint
) language plpgsql set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  with first as materialized (
    select id, line, turn, seat from jobs
     where turn is not null and (claimed_until is null or (claimed_until <= now() and id <> all(held)))
     order by turn, seat limit slots for update skip locked
  ), chosen as materialized (
    select each.* from (select line, count(*) as turns from first group by line) as share, lateral (
      select id, line, turn, seat, priority, run_at, arrival from jobs
       where line = share.line and turn is not null
         and (claimed_until is null or (claimed_until <= now() and id <> all(held)))
       order by priority, run_at, arrival limit share.turns for update skip locked
    ) as each
  ), sorted as materialized (
    select id, line, goes, row_number() over (partition by line order by goes desc, priority, run_at, arrival, turn, seat) as nth
      from (select id, line, true as goes, priority, run_at, arrival, turn, seat from chosen
            union all
            select id, line, false, null, null, null, turn, seat from first where id <> all(array(select id from chosen))
           ) as concerned
  ), turns as materialized (
    select line, turn, seat, row_number() over (partition by line order by turn, seat) as nth
      from (select line, turn, seat from first union select line, turn, seat from chosen) as held_by_them
  ), moved as (
    update jobs
       set turn = turns.turn, seat = turns.seat, jumps = jumps or not goes,
           claimed_by = case when goes then take_jumping_jobs.worker else claimed_by end,
           claimed_until = case when goes then now() + make_interval(secs => lock_seconds) else claimed_until end
      from sorted join turns using (line, nth)
     where jobs.id = sorted.id and jobs.id = any(array(select id from sorted))
    returning goes, jobs.id, data, priority, run_at, jobs.turn, jobs.seat
  )
  select json_agg(json_build_object('id', id, 'data', data, 'priority', priority, 'runAt', run_at) order by turn, seat),
         count(*), max(turn)
    into taken, claimed, latest from moved where goes;
end
$$;

-- As before, but by turns.
create or replace function exchange_jobs(
  worker uuid, done text[], held text[], slots integer, lock_seconds double precision,
  out taken json, out next_in_seconds double precision
) language plpgsql set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  claimed integer := 0;
  latest bigint;
begin
  perform set_config('synchronous_commit', 'off', true);
  if cardinality(done) > 0 then
    delete from jobs where id = any(exchange_jobs.done) and claimed_by = exchange_jobs.worker;
  end if;
  if slots > 0 and not exists (select from queue_state where paused) then
    if exists (select from jobs
                where turn is null and run_at <= now() and (claimed_until is null or claimed_until <= now())) then
      perform line_up_due_jobs();
    end if;
    if exists (select from jobs
                where jumps and turn is not null and (claimed_until is null or claimed_until <= now())) then
      select * into taken, claimed, latest from take_jumping_jobs(worker, held, slots, lock_seconds);
    else
      with taking as (
        update jobs set claimed_by = exchange_jobs.worker, claimed_until = now() + make_interval(secs => lock_seconds)
         where id = any(array(
           select id from jobs
            where turn is not null and (claimed_until is null or (claimed_until <= now() and id <> all(held)))
            order by turn, seat limit slots for update skip locked))
        returning id, data, priority, run_at, turn, seat
      )
      select json_agg(json_build_object('id', id, 'data', data, 'priority', priority, 'runAt', run_at) order by turn, seat),
             count(*), max(turn)
        into taken, claimed, latest from taking;
    end if;
    -- Last, for whoever else takes jobs waits here until this is committed.
    update queue_state set turn = latest where turn < latest;
  end if;
  if claimed < slots then
    select extract(epoch from run_at - now()) into next_in_seconds from jobs
     where turn is null and (claimed_until is null or claimed_until <= now()) order by run_at limit 1;
  end if;
end
$$;

-- A job's place is that of its line's nth turn, where it is the nth of its line to go.
create or replace function job_place(job_id text) returns integer
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
begin
  if exists (select from jobs
              where turn is null and run_at <= now() and (claimed_until is null or claimed_until <= now())) then
    perform line_up_due_jobs();
  end if;
  return (
    select case when before.jobs = 1000 then 1001 else 1 + (
      select count(*) from (
        select from jobs as other
         where other.turn is not null and (other.turn, other.seat) < (own.turn, own.seat)
           and (other.claimed_until is null or other.claimed_until <= now())
         order by other.turn, other.seat limit 1000
      ) as ahead) end
      from jobs as mine, lateral (
        select count(*) as jobs from (
          select from jobs as sibling
           where sibling.line = mine.line and sibling.turn is not null
             and (sibling.priority, sibling.run_at, sibling.arrival) < (mine.priority, mine.run_at, mine.arrival)
             and (sibling.claimed_until is null or sibling.claimed_until <= now())
           order by sibling.priority, sibling.run_at, sibling.arrival limit 1000
        ) as siblings
      ) as before, lateral (
        select sibling.turn, sibling.seat from jobs as sibling
         where sibling.line = mine.line and sibling.turn is not null
           and (sibling.claimed_until is null or sibling.claimed_until <= now())
         order by sibling.turn, sibling.seat limit 1 offset before.jobs
      ) as own
     where mine.id = job_id and mine.turn is not null and (mine.claimed_until is null or mine.claimed_until <= now()));
end
$$;
