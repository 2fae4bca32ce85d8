-- The reactor cancel_provider_job begins with what is cancelled from now on. Without a checkpoint it would ask vendors to cancel the jobs of
-- all runs that were ever cancelled, which ended long ago.
-- Breaking for processes of an older build: no.

insert into subscriptions (name, version, position)
select 'cancel_provider_job', 1, max(position) from events having max(position) is not null;
