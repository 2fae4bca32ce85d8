-- Each kind of inline row gets a function of its own, so that a migration which changes one kind, or adds one, repeats nothing of the others.
-- Breaking for processes of an older build: no (the same rows are written).

create function write_generation_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into generations (
    run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale,
    seed, provider, model, use_cache, max_retries, prompt_hash, parent_id, instruction, created_at, status, attempt, next_attempt_at,
    worker_id, provider_job_id, started_at, completed_at, quality_score, generation_time, cost_usd, cached, offers, joined_to,
    source_run_id, saved_usd, error, artifacts)
  select r.stream, before[r.append] + 1, versions[r.append] + r.events, r.type, r.user_id, r.project_id, r.mode, r.prompt,
         r.negative_prompt, r.visual, r.reasoning, r.width, r.height, r.steps, r.cfg_scale, r.seed, r.provider, r.model, r.use_cache,
         r.max_retries, r.prompt_hash, r.parent_id, r.instruction, r.created_at, r.status, r.attempt, r.next_attempt_at, r.worker_id,
         r.provider_job_id, r.started_at, r.completed_at, r.quality_score, r.generation_time, r.cost_usd, r.cached, r.offers,
         r.joined_to, r.source_run_id, r.saved_usd, nullif(r.error, 'null'), r.artifacts
    from jsonb_to_recordset(rows -> 'generation') as r (
           append integer, stream uuid, events integer,
           type text, user_id integer, project_id integer, mode text, prompt text, negative_prompt text, visual jsonb, reasoning jsonb,
           width integer, height integer, steps integer, cfg_scale double precision, seed bigint, provider text, model text,
           use_cache boolean, max_retries integer, prompt_hash text, parent_id uuid, instruction text, created_at timestamptz,
           status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
           completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           offers boolean, joined_to uuid, source_run_id uuid, saved_usd numeric, error jsonb, artifacts jsonb)
   where before[r.append] >= 0;
end
$$;

create function write_generation_change_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  update generations g
     set version = versions[r.append] + r.events, status = r.status, attempt = r.attempt, next_attempt_at = r.next_attempt_at,
         worker_id = r.worker_id, provider_job_id = r.provider_job_id, started_at = r.started_at, completed_at = r.completed_at,
         quality_score = r.quality_score, generation_time = r.generation_time, cost_usd = r.cost_usd, cached = r.cached,
         offers = r.offers, joined_to = r.joined_to, source_run_id = r.source_run_id, saved_usd = r.saved_usd,
         error = nullif(r.error, 'null'), artifacts = r.artifacts
    from jsonb_to_recordset(rows -> 'generation_change') as r (
           append integer, stream uuid, events integer,
           status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text, started_at timestamptz,
           completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           offers boolean, joined_to uuid, source_run_id uuid, saved_usd numeric, error jsonb, artifacts jsonb)
   where before[r.append] >= 0 and g.run_id = r.stream;
end
$$;

create function write_artifact_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into artifacts (id, run_id, variant, content_type, width, height, bytes, sha256, seed)
  select r.id, r.stream, r.variant, r.content_type, r.width, r.height, r.bytes, r.sha256, r.seed
    from jsonb_to_recordset(rows -> 'artifact') as r (
           append integer, stream uuid,
           id uuid, variant integer, content_type text, width integer, height integer, bytes bigint, sha256 text, seed bigint)
   where before[r.append] >= 0;
end
$$;

create function write_prompt_cache_clearing_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into prompt_cache_clearings as c (stream_id, position, cleared_at)
  select r.stream, before[r.append] + r.events, r.cleared_at
    from jsonb_to_recordset(rows -> 'prompt_cache_clearing') as r (append integer, stream uuid, events integer, cleared_at timestamptz)
   where before[r.append] >= 0
  on conflict (stream_id) do update set position = excluded.position, cleared_at = excluded.cleared_at;
end
$$;

-- Names the kinds that there are. A migration with a new kind replaces this list and nothing else.
create or replace function write_inline_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  if rows ? 'generation' then perform write_generation_rows(rows, before, versions); end if;
  if rows ? 'generation_change' then perform write_generation_change_rows(rows, before, versions); end if;
  if rows ? 'artifact' then perform write_artifact_rows(rows, before, versions); end if;
  if rows ? 'prompt_cache_clearing' then perform write_prompt_cache_clearing_rows(rows, before, versions); end if;
end
$$;
