-- The run's own row (status, history) and the index of artifacts; written inside the append that changes the run.
-- Breaking for processes of an older build: no (replaces a function that refused every row).

create table generations (
  run_id          uuid primary key,
  -- Position of GenerationCreated: unique, in order of creation, and the same after a rebuild.
  id              bigint not null unique,
  version         integer not null,
  type            text not null,
  user_id         integer not null,
  project_id      integer,
  mode            text not null,
  prompt          text not null,
  negative_prompt text,
  visual          jsonb not null,
  reasoning       jsonb not null,
  width           integer not null,
  height          integer not null,
  steps           integer not null,
  cfg_scale       double precision not null,
  seed            bigint not null,
  provider        text not null,
  model           text not null,
  use_cache       boolean not null,
  max_retries     integer not null,
  created_at      timestamptz not null,
  status          text not null,
  attempt         integer not null,
  next_attempt_at timestamptz,
  worker_id       uuid,
  provider_job_id text,
  started_at      timestamptz,
  completed_at    timestamptz,
  quality_score   double precision,
  generation_time double precision,
  cost_usd        numeric(12, 6),
  cached          boolean not null default false,
  error           jsonb,
  artifacts       jsonb not null default '[]'
) with (fillfactor = 70);
comment on table generations is 'Inline read model: one row per run, from the state of its stream.';

-- What the reconciler looks through; rows leave it when their run ends.
create index generations_unfinished on generations (status, next_attempt_at) where status in ('pending', 'processing');

create table artifacts (
  id           uuid primary key,
  run_id       uuid not null,
  variant      integer not null,
  content_type text not null,
  width        integer not null,
  height       integer not null,
  bytes        bigint not null,
  sha256       text not null,
  seed         bigint not null
);
-- A rebuild puts the rows of a page of runs in place of the old ones and finds them by their run.
create index artifacts_run_id on artifacts (run_id);
comment on table artifacts is 'Inline read model: where the bytes of an artifact are.';

-- Three kinds of rows: a run that is new, what changes of one, and its pictures as they come.
create or replace function write_inline_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  if rows ? 'generation' then
    insert into generations (
      run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale,
      seed, provider, model, use_cache, max_retries, created_at, status, attempt, next_attempt_at, worker_id, provider_job_id, started_at,
      completed_at, quality_score, generation_time, cost_usd, cached, error, artifacts)
    select r.stream, before[r.append] + 1, versions[r.append] + r.events, r.type, r.user_id, r.project_id, r.mode, r.prompt,
           r.negative_prompt, r.visual, r.reasoning, r.width, r.height, r.steps, r.cfg_scale, r.seed, r.provider, r.model, r.use_cache,
           r.max_retries, r.created_at, r.status, r.attempt, r.next_attempt_at, r.worker_id, r.provider_job_id, r.started_at,
           r.completed_at, r.quality_score, r.generation_time, r.cost_usd, r.cached, nullif(r.error, 'null'), r.artifacts
      from jsonb_to_recordset(rows -> 'generation') as r (
             append integer, stream uuid, events integer,
             type text, user_id integer, project_id integer, mode text, prompt text, negative_prompt text, visual jsonb, reasoning jsonb,
             width integer, height integer, steps integer, cfg_scale double precision, seed bigint, provider text, model text,
             use_cache boolean, max_retries integer, created_at timestamptz,
             status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
             completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
             error jsonb, artifacts jsonb)
     where before[r.append] >= 0;
  end if;
  if rows ? 'generation_change' then
    update generations g
       set version = versions[r.append] + r.events, status = r.status, attempt = r.attempt, next_attempt_at = r.next_attempt_at,
           worker_id = r.worker_id, provider_job_id = r.provider_job_id, started_at = r.started_at, completed_at = r.completed_at,
           quality_score = r.quality_score, generation_time = r.generation_time, cost_usd = r.cost_usd, cached = r.cached,
           error = nullif(r.error, 'null'), artifacts = r.artifacts
      from jsonb_to_recordset(rows -> 'generation_change') as r (
             append integer, stream uuid, events integer,
             status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
             completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
             error jsonb, artifacts jsonb)
     where before[r.append] >= 0 and g.run_id = r.stream;
  end if;
  if rows ? 'artifact' then
    insert into artifacts (id, run_id, variant, content_type, width, height, bytes, sha256, seed)
    select r.id, r.stream, r.variant, r.content_type, r.width, r.height, r.bytes, r.sha256, r.seed
      from jsonb_to_recordset(rows -> 'artifact') as r (
             append integer, stream uuid,
             id uuid, variant integer, content_type text, width integer, height integer, bytes bigint, sha256 text, seed bigint)
     where before[r.append] >= 0;
  end if;
end
$$;
