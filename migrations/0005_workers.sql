-- Leases of worker processes: a worker that does not renew its row counts as dead and its attempts are taken over.
-- Breaking for processes of an older build: no.

create table workers (
  worker_id  uuid primary key,
  host       text not null,
  pid        integer not null,
  started_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
) with (fillfactor = 50);
