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
comment on table artifacts is 'Inline read model: where the bytes of an artifact are.';

create or replace function write_inline_rows(rows jsonb) returns void language plpgsql as $$
begin
  insert into generations (
    run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale, seed,
    provider, model, use_cache, max_retries, created_at, status, attempt, next_attempt_at, worker_id, provider_job_id, started_at,
    completed_at, quality_score, generation_time, cost_usd, cached, error, artifacts)
  select e.stream_id, e.first_position, e.version, o.type, o.user_id, o.project_id, o.mode, o.prompt, o.negative_prompt, o.visual, o.reasoning,
         o.width, o.height, o.steps, o.cfg_scale, o.seed, o.provider, o.model, o.use_cache, o.max_retries, o.created_at,
         n.status, n.attempt, n.next_attempt_at, n.worker_id, n.provider_job_id, n.started_at, n.completed_at, n.quality_score,
         n.generation_time, n.cost_usd, n.cached, nullif(n.error, 'null'), n.artifacts
    from jsonb_to_recordset(rows) as e (stream_type text, stream_id uuid, version integer, first_position bigint, row jsonb),
         jsonb_to_record(e.row -> 'order') as o (
           type text, user_id integer, project_id integer, mode text, prompt text, negative_prompt text, visual jsonb, reasoning jsonb,
           width integer, height integer, steps integer, cfg_scale double precision, seed bigint, provider text, model text,
           use_cache boolean, max_retries integer, created_at timestamptz),
         jsonb_to_record(e.row -> 'now') as n (
           status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
           completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           error jsonb, artifacts jsonb)
   where e.stream_type = 'generation' and e.row ? 'order';

  update generations g
     set version = e.version, status = n.status, attempt = n.attempt, next_attempt_at = n.next_attempt_at, worker_id = n.worker_id,
         provider_job_id = n.provider_job_id, started_at = n.started_at, completed_at = n.completed_at, quality_score = n.quality_score,
         generation_time = n.generation_time, cost_usd = n.cost_usd, cached = n.cached, error = nullif(n.error, 'null'), artifacts = n.artifacts
    from jsonb_to_recordset(rows) as e (stream_type text, stream_id uuid, version integer, row jsonb),
         jsonb_to_record(e.row -> 'now') as n (
           status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
           completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           error jsonb, artifacts jsonb)
   where e.stream_type = 'generation' and not e.row ? 'order' and g.run_id = e.stream_id;

  insert into artifacts (id, run_id, variant, content_type, width, height, bytes, sha256, seed)
  select a.id, e.stream_id, a.variant, a.content_type, a.width, a.height, a.bytes, a.sha256, a.seed
    from jsonb_to_recordset(rows) as e (stream_type text, stream_id uuid, row jsonb),
         jsonb_to_recordset(e.row -> 'now' -> 'artifacts') as a (
           id uuid, variant integer, content_type text, width integer, height integer, bytes bigint, sha256 text, seed bigint)
   where e.stream_type = 'generation'
  on conflict (id) do nothing;
end
$$;
