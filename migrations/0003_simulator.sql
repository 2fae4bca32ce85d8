-- The simulator's own memory (src/providers/simulator.provider.ts): what a remote vendor keeps of the jobs that it accepted. Written
-- only with SIMULATOR=on, and by nothing but that provider, so that it can stand as a witness: `submits` and `fetches` say how
-- often Darkroom sent an attempt and took its pictures.

create table simulator_jobs (
  -- Made of the request key, so a repeated submit finds the job of the first one without a second index.
  id           text        primary key,
  request_key  text        not null,
  model        text        not null,
  submitted_at timestamptz not null default now(),
  ready_at     timestamptz not null,
  -- The error category with which the job ends; null for one that succeeds.
  failure      text,
  cancelled_at timestamptz,
  -- Of the request, in hex; the picture follows from it alone.
  digest       text        not null,
  width        integer     not null,
  height       integer     not null,
  seed         bigint      not null,
  submits      integer     not null default 1,
  fetches      integer     not null default 0
) with (fillfactor = 80);
