-- Until when an attempt of a run must have started.
-- Breaking for processes of an older build: no (they write no deadlines and start attempts whatever the time).

alter table generations add column expires_at timestamptz;

-- What may be overdue; rows leave it when their attempt starts.
create index generations_expiring on generations (expires_at) where status = 'pending' and expires_at is not null;

create or replace function write_generation_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into generations (
    run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale,
    seed, provider, model, use_cache, max_retries, prompt_hash, parent_id, instruction, batch_id, batch_index, details,
    cost_estimate_usd, created_at, status, attempt,
    next_attempt_at, expires_at, worker_id, provider_job_id, started_at, completed_at, quality_score, generation_time, cost_usd, cached, offers,
    joined_to, source_run_id, saved_usd, error, artifacts)
  select r.stream, before[r.append] + 1, versions[r.append] + r.events, r.type, r.user_id, r.project_id, r.mode, r.prompt,
         r.negative_prompt, r.visual, r.reasoning, r.width, r.height, r.steps, r.cfg_scale, r.seed, r.provider, r.model, r.use_cache,
         r.max_retries, r.prompt_hash, r.parent_id, r.instruction, r.batch_id, r.batch_index, nullif(r.details, 'null'),
         r.cost_estimate_usd, r.created_at, r.status, r.attempt,
         r.next_attempt_at, r.expires_at, r.worker_id, r.provider_job_id, r.started_at, r.completed_at, r.quality_score, r.generation_time, r.cost_usd,
         r.cached, r.offers, r.joined_to, r.source_run_id, r.saved_usd, nullif(r.error, 'null'), r.artifacts
    from jsonb_to_recordset(rows -> 'generation') as r (
           append integer, stream uuid, events integer,
           type text, user_id integer, project_id integer, mode text, prompt text, negative_prompt text, visual jsonb, reasoning jsonb,
           width integer, height integer, steps integer, cfg_scale double precision, seed bigint, provider text, model text,
           use_cache boolean, max_retries integer, prompt_hash text, parent_id uuid, instruction text, batch_id uuid, batch_index integer,
           details jsonb, cost_estimate_usd numeric,
           created_at timestamptz, status text, attempt integer, next_attempt_at timestamptz, expires_at timestamptz, worker_id uuid, provider_job_id text,
           started_at timestamptz, completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           offers boolean, joined_to uuid, source_run_id uuid, saved_usd numeric, error jsonb, artifacts jsonb)
   where before[r.append] >= 0;
end
$$;

create or replace function write_generation_change_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  update generations g
     set version = versions[r.append] + r.events, status = r.status, attempt = r.attempt, next_attempt_at = r.next_attempt_at, expires_at = r.expires_at,
         worker_id = r.worker_id, provider_job_id = r.provider_job_id, started_at = r.started_at, completed_at = r.completed_at,
         quality_score = r.quality_score, generation_time = r.generation_time, cost_usd = r.cost_usd, cached = r.cached,
         offers = r.offers, joined_to = r.joined_to, source_run_id = r.source_run_id, saved_usd = r.saved_usd,
         error = nullif(r.error, 'null'), artifacts = r.artifacts
    from jsonb_to_recordset(rows -> 'generation_change') as r (
           append integer, stream uuid, events integer,
           status text, attempt integer, next_attempt_at timestamptz, expires_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
           completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           offers boolean, joined_to uuid, source_run_id uuid, saved_usd numeric, error jsonb, artifacts jsonb)
   where before[r.append] >= 0 and g.run_id = r.stream;
end
$$;
