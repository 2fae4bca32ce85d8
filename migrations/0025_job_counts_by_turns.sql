-- As before, from the indexes of the turns: jobs that are due hold one, but for those that have not lined up yet.
-- Breaking for processes of an older build: no.

create or replace function job_counts(out active integer, out waiting integer, out delayed integer)
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
  most constant integer := 1000;
begin
  -- Jobs that workers have went in the earliest turns.
  select count(*) filter (where claimed_until > now()) into active from (
    (select claimed_until from jobs where turn is not null order by turn, seat limit most)
    union all
    (select claimed_until from jobs where turn is null and run_at <= now() order by run_at, arrival limit most)
  ) as first;
  select count(*) into waiting from (
    (select from jobs where turn is not null and (claimed_until is null or claimed_until <= now()) order by turn, seat limit most)
    union all
    (select from jobs where turn is null and run_at <= now() and (claimed_until is null or claimed_until <= now())
      order by run_at, arrival limit most)
    limit most
  ) as due;
  select count(*) into delayed from (
    select from jobs where turn is null and run_at > now() and (claimed_until is null or claimed_until <= now())
     order by run_at, arrival limit most
  ) as later;
end
$$;
