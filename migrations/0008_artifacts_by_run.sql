-- A rebuild puts the rows of a page of runs in place of the old ones and finds them by their run. Run ids grow with time, so an append finds
-- its place at the right end of the index.
-- Breaking for processes of an older build: no.

create index artifacts_run_id on artifacts (run_id);
