-- Presets that callers make, the built-in ones being no rows; and what became of the runs that presets were applied to.
-- Breaking for processes of an older build: no (they know no presets; their rows are written as before, and statistics are rebuilt).

create table presets (
  stream_id       uuid primary key,
  id              text not null unique,
  -- Of the stream: a preset that is deleted and made again goes on counting.
  version         integer not null,
  name            text not null,
  category        text not null,
  description     text,
  prompt_template text not null,
  negative_prompt text,
  parameters      jsonb not null,
  owner           integer,
  visibility      text not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  deleted_at      timestamptz
);
comment on table presets is 'Inline read model: one row per id that a preset was made under, from the state of its stream.';

alter table statistics_days
  -- {preset: {runs, completed, failed, time_ms}}
  add column presets jsonb not null default '{}';
alter table statistics_runs add column preset text;

create function write_preset_rows(rows jsonb, before bigint[], versions integer[]) returns void language plpgsql as $$
begin
  insert into presets as p (
    stream_id, id, version, name, category, description, prompt_template, negative_prompt, parameters, owner, visibility, created_at,
    updated_at, deleted_at)
  select r.stream, r.id, versions[r.append] + r.events, r.name, r.category, r.description, r.prompt_template, r.negative_prompt,
         r.parameters, r.owner, r.visibility, r.created_at, r.updated_at, r.deleted_at
    from jsonb_to_recordset(rows -> 'preset') as r (
           append integer, stream uuid, events integer,
           id text, name text, category text, description text, prompt_template text, negative_prompt text, parameters jsonb,
           owner integer, visibility text, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz)
   where before[r.append] >= 0
  on conflict (stream_id) do update
     set version = excluded.version, name = excluded.name, category = excluded.category, description = excluded.description,
         prompt_template = excluded.prompt_template, negative_prompt = excluded.negative_prompt, parameters = excluded.parameters,
         owner = excluded.owner, visibility = excluded.visibility, created_at = excluded.created_at, updated_at = excluded.updated_at,
         deleted_at = excluded.deleted_at;
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
  if rows ? 'preset' then perform write_preset_rows(rows, before, versions); end if;
end
$$;
