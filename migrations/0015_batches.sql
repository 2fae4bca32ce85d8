-- Batches: a row for each, and for each run the batch that it belongs to.
-- Breaking for processes of an older build: yes (their runs of batches would lack the batch, which then never ends).

alter table generations
  add column batch_id    uuid,
  -- Its place in the batch, from 0.
  add column batch_index integer;

-- Each run that ends is looked up here, and most belong to no batch: for those it is one step in a small index.
create index generations_batch on generations (run_id) include (batch_id, batch_index) where batch_id is not null;

create table batches (
  batch_id          uuid primary key,
  version           integer not null,
  user_id           integer not null,
  parallel          boolean not null,
  continue_on_error boolean not null,
  status            text not null,
  -- [{run_id, status, error}] in the order of the request; both null while the item has not ended.
  items             jsonb not null,
  successful        integer not null,
  failed            integer not null,
  created_at        timestamptz not null,
  completed_at      timestamptz
) with (fillfactor = 70);
comment on table batches is 'Inline read model: one row per batch, from the state of its stream.';

-- What may have to be helped on; rows leave it with their end.
create index batches_open on batches (batch_id) where completed_at is null;

create or replace function write_generation_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into generations (
    run_id, id, version, type, user_id, project_id, mode, prompt, negative_prompt, visual, reasoning, width, height, steps, cfg_scale,
    seed, provider, model, use_cache, max_retries, prompt_hash, parent_id, instruction, batch_id, batch_index, created_at, status, attempt,
    next_attempt_at, worker_id, provider_job_id, started_at, completed_at, quality_score, generation_time, cost_usd, cached, offers,
    joined_to, source_run_id, saved_usd, error, artifacts)
  select r.stream, before[r.append] + 1, versions[r.append] + r.events, r.type, r.user_id, r.project_id, r.mode, r.prompt,
         r.negative_prompt, r.visual, r.reasoning, r.width, r.height, r.steps, r.cfg_scale, r.seed, r.provider, r.model, r.use_cache,
         r.max_retries, r.prompt_hash, r.parent_id, r.instruction, r.batch_id, r.batch_index, r.created_at, r.status, r.attempt,
         r.next_attempt_at, r.worker_id, r.provider_job_id, r.started_at, r.completed_at, r.quality_score, r.generation_time, r.cost_usd,
         r.cached, r.offers, r.joined_to, r.source_run_id, r.saved_usd, nullif(r.error, 'null'), r.artifacts
    from jsonb_to_recordset(rows -> 'generation') as r (
           append integer, stream uuid, events integer,
           type text, user_id integer, project_id integer, mode text, prompt text, negative_prompt text, visual jsonb, reasoning jsonb,
           width integer, height integer, steps integer, cfg_scale double precision, seed bigint, provider text, model text,
           use_cache boolean, max_retries integer, prompt_hash text, parent_id uuid, instruction text, batch_id uuid, batch_index integer,
           created_at timestamptz, status text, attempt integer, next_attempt_at timestamptz, worker_id uuid, provider_job_id text,
           started_at timestamptz, completed_at timestamptz, quality_score double precision, generation_time double precision, cost_usd numeric, cached boolean,
           offers boolean, joined_to uuid, source_run_id uuid, saved_usd numeric, error jsonb, artifacts jsonb)
   where before[r.append] >= 0;
end
$$;

create function write_batch_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into batches as b (
    batch_id, version, user_id, parallel, continue_on_error, status, items, successful, failed, created_at, completed_at)
  select r.stream, versions[r.append] + r.events, r.user_id, r.parallel, r.continue_on_error, r.status, r.items, r.successful, r.failed,
         r.created_at, r.completed_at
    from jsonb_to_recordset(rows -> 'batch') as r (
           append integer, stream uuid, events integer,
           user_id integer, parallel boolean, continue_on_error boolean, status text, items jsonb, successful integer, failed integer,
           created_at timestamptz, completed_at timestamptz)
   where before[r.append] >= 0
  on conflict (batch_id) do update
     set version = excluded.version, status = excluded.status, items = excluded.items, successful = excluded.successful,
         failed = excluded.failed, completed_at = excluded.completed_at;
end
$$;

-- Names the kinds that there are.
create or replace function write_inline_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  if rows ? 'generation' then perform write_generation_rows(rows, before, versions); end if;
  if rows ? 'generation_change' then perform write_generation_change_rows(rows, before, versions); end if;
  if rows ? 'artifact' then perform write_artifact_rows(rows, before, versions); end if;
  if rows ? 'prompt_cache_clearing' then perform write_prompt_cache_clearing_rows(rows, before, versions); end if;
  if rows ? 'upload' then perform write_upload_rows(rows, before, versions); end if;
  if rows ? 'batch' then perform write_batch_rows(rows, before, versions); end if;
end
$$;
