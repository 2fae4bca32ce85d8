-- Sums over runs by day, so that statistics cost the same however many runs there are: the tables of the projection `statistics`.
-- Breaking for processes of an older build: no.

create table statistics_days (
  -- 0 for all users; likewise the project.
  user_id        integer not null,
  project_id     integer not null,
  -- Of the creation, in UTC.
  day            date not null,
  -- Runs by their status.
  pending        integer not null,
  processing     integer not null,
  completed      integer not null,
  failed         integer not null,
  cancelled      integer not null,
  -- Runs with more than one attempt.
  retried        integer not null,
  -- Completed runs that took the result of another one.
  cached         integer not null,
  -- Millionths of a US dollar that runs had paid when they ended, whatever the end was.
  cost_micros    bigint not null,
  -- Sums over completed runs: millionths of a US dollar that they saved, millionths of a score, milliseconds.
  saved_micros   bigint not null,
  quality_micros bigint not null,
  time_ms        bigint not null,
  -- {"mode" | "type" | "provider" | "model" | "preset": {value: runs}}
  breakdown      jsonb not null,
  -- How many completed runs took how long: src/statistics/duration-sketch.policy.ts.
  durations      bytea not null,
  primary key (user_id, project_id, day)
) with (fillfactor = 50);
comment on table statistics_days is 'Projection: one row for each day and each of: everybody, a user, a project, a user in a project.';

create table statistics_runs (
  run_id     uuid primary key,
  user_id    integer not null,
  project_id integer,
  day        date not null,
  status     text not null,
  retried    boolean not null
) with (fillfactor = 70);
comment on table statistics_runs is 'Projection: what later events of a run need to be counted; gone when nothing can follow any more.';
