-- How often the built-in terms for prompts are accepted: the tables of the projection `suggestions`.
-- Breaking for processes of an older build: no.

create table suggestion_acceptances (
  -- Text of the built-in term.
  term text primary key,
  -- Completed runs in whose prompt it stands.
  runs bigint not null
) with (fillfactor = 50);
comment on table suggestion_acceptances is 'Projection: in how many completed runs each term stood in the prompt; no row for one that never did.';

create table suggestion_runs (
  run_id uuid primary key,
  terms  text[] not null
);
comment on table suggestion_runs is 'Projection: runs whose prompt holds terms and that may still complete; gone when they have, or cannot any more.';
