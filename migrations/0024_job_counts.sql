-- How many jobs wait, are delayed and run, counted no further than a thousand each: dashboards and probes ask every few seconds, and in a long
-- queue each question counted all of it (60 ms for 100,000 jobs that wait, 2 ms so). A function for its planner settings, as with job_place.
-- Breaking for processes of an older build: no.

-- Jobs leave in the order of the index, so those that workers have are the first that are due of each priority.
create function job_counts(out active integer, out waiting integer, out delayed integer)
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
  most constant integer := 1000;
begin
  select count(*) filter (where claimed_until > now()) into active
    from generate_series(1, 10) as level, lateral (
      select claimed_until from jobs where priority = level and run_at <= now() order by run_at, arrival limit most
    ) as first;
  select count(*) into waiting from (
    select from generate_series(1, 10) as level, lateral (
      select from jobs
       where priority = level and run_at <= now() and (claimed_until is null or claimed_until <= now())
       order by run_at, arrival limit most
    ) as due limit most
  ) as counted;
  select count(*) into delayed from (
    select from generate_series(1, 10) as level, lateral (
      select from jobs
       where priority = level and run_at > now() and (claimed_until is null or claimed_until <= now())
       order by run_at, arrival limit most
    ) as later limit most
  ) as counted;
end
$$;
