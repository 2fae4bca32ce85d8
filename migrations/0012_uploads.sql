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
create index uploads_pending on uploads (expires_at, upload_id) where status = 'pending';

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
  due_at timestamptz not null
);
comment on table recurring_work is 'When a piece of housekeeping is to begin next, in whichever process.';

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
  if rows ? 'generation' then perform write_generation_rows(rows, before, versions); end if;
  if rows ? 'generation_change' then perform write_generation_change_rows(rows, before, versions); end if;
  if rows ? 'artifact' then perform write_artifact_rows(rows, before, versions); end if;
  if rows ? 'prompt_cache_clearing' then perform write_prompt_cache_clearing_rows(rows, before, versions); end if;
  if rows ? 'upload' then perform write_upload_rows(rows, before, versions); end if;
end
$$;
