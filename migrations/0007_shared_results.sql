-- Results that runs share: which run offers its result to others, which one waits for it, and where a result came from.
-- Breaking for processes of an older build: yes (their rows lack `offers`, so that what they make is not shared).

alter table generations
  add column prompt_hash   text,
  -- Whether others with the same hash may take this run's result, or wait for it.
  add column offers        boolean not null default false,
  add column joined_to     uuid,
  add column source_run_id uuid,
  add column saved_usd     numeric(12, 6),
  add column parent_id     uuid,
  add column instruction   text;

-- A run that only took a result is not in it, so a prompt that is asked for a million times is looked up as fast as any other.
create index generations_offers on generations (prompt_hash, id) where offers;
create index generations_joined_to on generations (joined_to) where joined_to is not null;
create index generations_parent on generations (parent_id, id) where parent_id is not null;

create table prompt_cache (
  prompt_hash text        primary key,
  run_id      uuid        not null,
  position    bigint      not null,
  cached_at   timestamptz not null
);
comment on table prompt_cache is 'Projection: the newest run that a provider made each result for.';

create table prompt_cache_runs (
  run_id      uuid primary key,
  prompt_hash text not null
);
comment on table prompt_cache_runs is 'Projection: the hashes of runs whose result has not come.';

create table prompt_cache_totals (
  only_row boolean primary key default true check (only_row),
  lookups  bigint  not null,
  hits     bigint  not null,
  joined   bigint  not null,
  saved_usd numeric(14, 6) not null
);
comment on table prompt_cache_totals is 'Projection: how often a result was asked for, was there, or was being made.';

-- Inline, and not a projection: what was cleared must not be answered from the moment on in which the clearing is answered.
create table prompt_cache_clearings (
  stream_id  uuid        primary key,
  position   bigint      not null,
  cleared_at timestamptz not null
);

-- Kinds of rows: a run that is new, what changes of one, its pictures as they come, and a clearing of the prompt cache.
create or replace function write_inline_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  if rows ? 'generation' then
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
  end if;
  if rows ? 'generation_change' then
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
  end if;
  if rows ? 'artifact' then
    insert into artifacts (id, run_id, variant, content_type, width, height, bytes, sha256, seed)
    select r.id, r.stream, r.variant, r.content_type, r.width, r.height, r.bytes, r.sha256, r.seed
      from jsonb_to_recordset(rows -> 'artifact') as r (
             append integer, stream uuid,
             id uuid, variant integer, content_type text, width integer, height integer, bytes bigint, sha256 text, seed bigint)
     where before[r.append] >= 0;
  end if;
  if rows ? 'prompt_cache_clearing' then
    insert into prompt_cache_clearings as c (stream_id, position, cleared_at)
    select r.stream, before[r.append] + r.events, r.cleared_at
      from jsonb_to_recordset(rows -> 'prompt_cache_clearing') as r (append integer, stream uuid, events integer, cleared_at timestamptz)
     where before[r.append] >= 0
    on conflict (stream_id) do update set position = excluded.position, cleared_at = excluded.cleared_at;
  end if;
end
$$;
