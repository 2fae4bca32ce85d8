-- What jobs of text-to-image and of videos have beyond a plain generation.
-- Breaking for processes of an older build: no (they write none of it, and make no such jobs).

alter table generations
  -- Variants, structured prompt, input pictures and the video's measures; null for a plain order.
  add column details           jsonb,
  add column cost_estimate_usd numeric(12, 6);

alter table artifacts
  add column duration_seconds double precision,
  add column poster_sha256    text,
  add column preview_sha256   text;

-- The sweeper asks for each blob whether a row names it.
create index artifacts_poster on artifacts using hash (poster_sha256) where poster_sha256 is not null;
create index artifacts_preview on artifacts using hash (preview_sha256) where preview_sha256 is not null;

create or replace function write_generation_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into generations (
    run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale,
    seed, provider, model, use_cache, max_retries, prompt_hash, parent_id, instruction, batch_id, batch_index, details,
    cost_estimate_usd, created_at, status, attempt,
    next_attempt_at, worker_id, provider_job_id, started_at, completed_at, quality_score, generation_time, cost_usd, cached, offers,
    joined_to, source_run_id, saved_usd, error, artifacts)
  select r.stream, before[r.append] + 1, versions[r.append] + r.events, r.type, r.user_id, r.project_id, r.mode, r.prompt,
         r.negative_prompt, r.visual, r.reasoning, r.width, r.height, r.steps, r.cfg_scale, r.seed, r.provider, r.model, r.use_cache,
         r.max_retries, r.prompt_hash, r.parent_id, r.instruction, r.batch_id, r.batch_index, nullif(r.details, 'null'),
         r.cost_estimate_usd, r.created_at, r.status, r.attempt,
         r.next_attempt_at, r.worker_id, r.provider_job_id, r.started_at, r.completed_at, r.quality_score, r.generation_time, r.cost_usd,
         r.cached, r.offers, r.joined_to, r.source_run_id, r.saved_usd, nullif(r.error, 'null'), r.artifacts
    from jsonb_to_recordset(rows -> 'generation') as r (
           append integer, stream uuid, events integer,
           type text, user_id integer, project_id integer, mode text, prompt text, negative_prompt text, visual jsonb, reasoning jsonb,
           width integer, height integer, steps integer, cfg_scale double precision, seed bigint, provider text, model text,
           use_cache boolean, max_retries integer, prompt_hash text, parent_id uuid, instruction text, batch_id uuid, batch_index integer,
           details jsonb, cost_estimate_usd numeric,
           created_at timestamptz, status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text,
           started_at timestamptz, completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           offers boolean, joined_to uuid, source_run_id uuid, saved_usd numeric, error jsonb, artifacts jsonb)
   where before[r.append] >= 0;
end
$$;

create or replace function write_artifact_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into artifacts (id, run_id, variant, content_type, width, height, bytes, sha256, seed, duration_seconds, poster_sha256, preview_sha256)
  select r.id, r.stream, r.variant, r.content_type, r.width, r.height, r.bytes, r.sha256, r.seed, r.duration_seconds,
         r.poster ->> 'sha256', r.preview ->> 'sha256'
    from jsonb_to_recordset(rows -> 'artifact') as r (
           append integer, stream uuid,
           id uuid, variant integer, content_type text, width integer, height integer, bytes bigint, sha256 text, seed bigint,
           duration_seconds double precision, poster jsonb, preview jsonb)
   where before[r.append] >= 0;
end
$$;
