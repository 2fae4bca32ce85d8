-- What the pages of the monitoring are told from, so that they cost the same however many runs there are.
-- Breaking for processes of an older build: no.

create table monitoring_jobs (
  -- image, video, workflow, dataset, training, download or other.
  type      text not null,
  -- `provider/model`; empty for jobs that ran elsewhere and were reported.
  model     text not null,
  -- Since the last reset.
  created   bigint not null,
  completed bigint not null,
  failed    bigint not null,
  cancelled bigint not null,
  -- Not ended yet, whenever they were created.
  open      bigint not null,
  -- What completed jobs made themselves.
  results   bigint not null,
  -- Completed jobs whose duration is known, and the sum of these in milliseconds.
  timed     bigint not null,
  time_ms   bigint not null,
  -- How many took how long, in milliseconds: platform/measures/duration-sketch.policy.ts.
  durations bytea not null,
  primary key (type, model)
) with (fillfactor = 50);
comment on table monitoring_jobs is 'Projection: one row for each type of job and model.';

create table monitoring_runs (
  run_id    uuid primary key,
  type      text not null,
  model     text not null,
  variants  integer not null,
  -- Position of the event that it failed with.
  failed_at bigint
) with (fillfactor = 70);
comment on table monitoring_runs is 'Projection: what later events of a run need to be counted; gone when nothing can follow any more.';

create table monitoring_presets (
  preset text primary key,
  runs   bigint not null
) with (fillfactor = 50);
comment on table monitoring_presets is 'Projection: runs by the preset that was applied, since the last reset.';
create index monitoring_presets_by_runs on monitoring_presets (runs desc, preset);

create table monitoring_failures (
  position bigint primary key,
  at       timestamptz not null,
  -- generation, or job where it ran elsewhere.
  type     text not null,
  category text not null,
  message  text not null,
  -- Of a job that ran elsewhere: whatever its caller calls it.
  run_id   text
);
comment on table monitoring_failures is 'Projection: the newest jobs that failed; older ones leave.';

create table monitoring_resets (
  only_row boolean primary key default true check (only_row),
  position bigint not null,
  at       timestamptz not null
);
comment on table monitoring_resets is 'Projection: the last reset; no row before the first.';

create table endpoint_statistics (
  method        text not null,
  -- Pattern of the route.
  path          text not null,
  -- Position of the reset that these counts are since; 0 before the first.
  epoch         bigint not null,
  requests      bigint not null,
  errors        bigint not null,
  -- Requests whose duration counts, and its sum in microseconds.
  timed         bigint not null,
  time_us       bigint not null,
  -- How many took how long, in microseconds: platform/measures/duration-sketch.policy.ts.
  durations     bytea not null,
  last_accessed timestamptz not null,
  primary key (method, path)
) with (fillfactor = 50);
comment on table endpoint_statistics is 'Requests of all processes by the pattern of their route; each process adds to it every few seconds.';

create table failed_requests (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  method   text not null,
  path     text not null,
  code     text not null,
  message  text not null,
  trace_id text not null
);
comment on table failed_requests is 'The newest requests that were answered with a status of 500 or more; older ones leave.';
