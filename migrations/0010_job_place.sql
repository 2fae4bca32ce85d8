-- The place of a job among those that wait, counted no further than a thousand: whoever asks how his run goes asks again and again, and in a long
-- queue each question counted all of it. A function for its planner settings: a plan made before the queue grew would read and sort
-- the whole queue before it counts the first thousand.
-- Breaking for processes of an older build: no.

create function job_place(job_id text) returns integer
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
begin
  return (
    select 1 + (
      select count(*) from (
        select from generate_series(1, mine.priority) as level, lateral (
          select from jobs as other
           where other.priority = level
             and (other.run_at, other.arrival) < (case when level = mine.priority then mine.run_at else now() end,
                                                  case when level = mine.priority then mine.arrival else 9223372036854775807 end)
             and (other.claimed_until is null or other.claimed_until <= now())
           order by other.run_at, other.arrival limit 1000
        ) as ahead limit 1000
      ) as counted)
      from jobs as mine
     where mine.id = job_id and mine.run_at <= now() and (mine.claimed_until is null or mine.claimed_until <= now()));
end
$$;
