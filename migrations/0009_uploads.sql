-- Uploads: their inline row, the key that signs their links, and what the sweeper of unreferenced blobs needs.
-- Breaking for processes of an older build: no (their inline rows are written as before).

create table uploads (
  upload_id    uuid primary key,
  version      integer not null,
  user_id      integer not null,
  filename     text not null,
  content_type text not null,
  -- What the link allows; `bytes` is what came.
  size         bigint not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  status       text not null,
  ended_at     timestamptz,
  width        integer,
  height       integer,
  bytes        bigint,
  sha256       text
) with (fillfactor = 70);
comment on table uploads is 'Inline read model: one row per upload, from the state of its stream.';

-- What is to be declared expired; rows leave it with their end.
create index uploads_pending on uploads (expires_at) where status = 'pending';

-- Who refers to a blob is asked by its address alone, for which a hash index is the smallest.
create index artifacts_sha256 on artifacts using hash (sha256);
create index thumbnails_thumbnail_sha256 on thumbnails using hash (thumbnail_sha256);
create index uploads_sha256 on uploads using hash (sha256) where sha256 is not null;

create table installation (
  name       text primary key,
  value      bytea not null,
  created_at timestamptz not null default clock_timestamp()
);
comment on table installation is 'Random values that are drawn once and shared by all processes: the key of upload links, the name of the storage''s owner.';

create table recurring_work (
  name   text primary key,
  ran_at timestamptz not null
);
comment on table recurring_work is 'When a piece of housekeeping began last, in whichever process.';

-- From here on write_inline_rows only hands the rows to the function of the capability that they belong to.
create function write_generation_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
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

create function write_upload_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into uploads as u (
    upload_id, version, user_id, filename, content_type, size, created_at, expires_at, status, ended_at, width, height, bytes, sha256)
  select r.stream, versions[r.append] + r.events, r.user_id, r.filename, r.content_type, r.size, r.created_at, r.expires_at, r.status,
         r.ended_at, r.width, r.height, r.bytes, r.sha256
    from jsonb_to_recordset(rows -> 'upload') as r (
           append integer, stream uuid, events integer,
           user_id integer, filename text, content_type text, size bigint, created_at timestamptz, expires_at timestamptz,
           status text, ended_at timestamptz, width integer, height integer, bytes bigint, sha256 text)
   where before[r.append] >= 0
  on conflict (upload_id) do update
     set version = excluded.version, status = excluded.status, ended_at = excluded.ended_at, width = excluded.width,
         height = excluded.height, bytes = excluded.bytes, sha256 = excluded.sha256;
end
$$;

create or replace function write_inline_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  if rows ?| array['generation', 'generation_change', 'artifact'] then
    perform write_generation_rows(rows, before, versions);
  end if;
  if rows ? 'upload' then
    perform write_upload_rows(rows, before, versions);
  end if;
end
$$;
