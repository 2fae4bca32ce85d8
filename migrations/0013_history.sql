-- By what runs are found: the tables of the projection `history`. The rows of the runs themselves stay in `generations`.
-- Breaking for processes of an older build: no.

-- Rows are only added, never changed: whatever an index costs, a run pays it once, and not in its append.
create table history (
  id         bigint primary key,
  user_id    integer not null,
  project_id integer,
  type       text not null,
  provider   text not null,
  model      text not null,
  preset     text,
  created_at timestamptz not null,
  -- As it is searched: NFC and lower case.
  prompt     text not null,
  -- All runs of three bytes of the prompt in UTF-8, each as a number: what a text contains, its trigrams contain. Not pg_trgm, which knows no letters
  -- but the ASCII ones under the locale C, that of the embedded server, and which the owner of a server would have to install.
  trigrams   integer[] not null
);
comment on table history is 'Projection: what a run is found by and keeps from its creation on.';
create index history_by_user on history (user_id, id);
create index history_by_project on history (project_id, id) where project_id is not null;
create index history_by_type on history (type, id);
create index history_by_provider on history (provider, id);
create index history_by_model on history (model, id);
create index history_by_preset on history (preset, id) where preset is not null;
create index history_by_prompt on history using gin (trigrams);

create table history_status (
  run_id uuid primary key,
  id     bigint not null,
  status text not null
) with (fillfactor = 70);
comment on table history_status is 'Projection: where each run stands; apart from the rest, as it changes.';
create index history_status_by_status on history_status (status, id);

-- Ids follow the order of the log and times the clocks of processes, so the two orders are not quite the same. This leads from a time to
-- all ids that may be meant.
create table history_hours (
  hour     timestamptz primary key,
  first_id bigint not null,
  last_id  bigint not null
) with (fillfactor = 50);
comment on table history_hours is 'Projection: the lowest and the highest id of the runs that were created in an hour (UTC).';
