/**
 * What the projections make of the drawn runs, written by sets and not event by event. Only what is drawn has to come out right; the benchmarks
 * compare it with a rebuild from the log.
 */

/** As the projection of the history has them: each once, in the order in which they first occur. Most prompts are drawn several times. */
const PROMPTS = `
create unlogged table synthetic.prompt as
select prompt, (select array_agg(trigram order by first)
                  from (select (get_byte(bytes, place) << 16) | (get_byte(bytes, place + 1) << 8) | get_byte(bytes, place + 2) as trigram, min(place) as first
                          from convert_to(prompt, 'UTF8') bytes, generate_series(0, octet_length(bytes) - 3) place group by 1) t) as trigrams
  from (select distinct prompt from synthetic.ended) p`;

const HISTORY = `
insert into history (id, user_id, project_id, type, provider, model, preset, created_at, prompt, trigrams)
select before + 1, user_id, project_id, 'image', provider, model, preset, created_at, prompt, trigrams
  from synthetic.ended join synthetic.prompt using (prompt) order by before`;

const HISTORY_STATUS = `
insert into history_status (run_id, id, status) select run_id, before + 1, status from synthetic.ended order by before`;

const HISTORY_HOURS = `
insert into history_hours (hour, first_id, last_id)
select date_trunc('hour', created_at, 'UTC'), min(before + 1), max(before + 1) from synthetic.ended group by 1`;

const DAY = "(created_at at time zone 'UTC')::date";

/** Each run once for everybody and once for its user, in all projects and in its own. */
const COUNTED = `
create unlogged table synthetic.counted as
select u.id as user_id, p.id as project_id, ${DAY} as day, status, attempt, mode, provider, model, preset, cost, ms
  from synthetic.ended r cross join lateral (values (0), (r.user_id)) u (id) cross join lateral (values (0), (r.project_id)) p (id)
 where p.id is not null`;

const runs = (condition) => `count(*) filter (where ${condition})`;
const ofCompleted = (sum) => `coalesce(sum(${sum}) filter (where status = 'completed'), 0)`;
const byValue = (property, values) =>
  `nullif(jsonb_strip_nulls(jsonb_build_object(${values.map((value) => `'${value}', nullif(${runs(`${property} = '${value}'`)}, 0)`).join(', ')})), '{}')`;

const PRESETS = ['cinematic_portrait', 'anime_style', 'photorealistic', 'concept_art', 'oil_painting'];

/** Only numbers up to 16,383, which is as many runs as a day of a million has in all of its buckets. */
const leb128 = (value) =>
  `case when ${value} < 128 then substr(int4send((${value})::int), 4) else substr(int4send((((${value})::int & 127 | 128) << 8) | ((${value})::int >> 7)), 3) end`;

const SKETCHES = `
create unlogged table synthetic.sketch as
select user_id, project_id, day, string_agg(${leb128('bucket - last')} || ${leb128('runs')}, ''::bytea order by bucket) as durations
  from (select *, lag(bucket, 1, 0) over (partition by user_id, project_id, day order by bucket) as last
          from (select user_id, project_id, day, greatest(1, ceil(ln(ms::float8) / ln(1.02::float8))::int + 1) as bucket, count(*) as runs
                  from synthetic.counted where status = 'completed' group by 1, 2, 3, 4) b) d
 group by 1, 2, 3`;

const OF_PRESETS = `
create unlogged table synthetic.of_presets as
select user_id, project_id, day, jsonb_object_agg(preset, jsonb_build_object('runs', runs, 'completed', completed, 'failed', failed, 'time_ms', time_ms)) as presets
  from (select user_id, project_id, day, preset, count(*) as runs, ${runs("status = 'completed'")} as completed, ${runs("status = 'failed'")} as failed, ${ofCompleted('ms')} as time_ms
          from synthetic.counted where preset is not null group by 1, 2, 3, 4) p
 group by 1, 2, 3`;

const STATISTICS_DAYS = `
insert into statistics_days
select s.*, coalesce(durations, ''::bytea), coalesce(presets, '{}')
  from (select user_id, project_id, day, 0, 0, ${runs("status = 'completed'")}, ${runs("status = 'failed'")}, ${runs("status = 'cancelled'")}, ${runs('attempt > 1')}, 0,
               ${ofCompleted('(cost * 1000000)::bigint')}, 0, ${ofCompleted('800000')}, ${ofCompleted('ms')},
               jsonb_strip_nulls(jsonb_build_object('type', jsonb_build_object('image', count(*)), 'mode', ${byValue('mode', ['ai', 'manual'])},
                 'provider', ${byValue('provider', ['builtin', 'simulator'])}, 'model', ${byValue('model', ['studio', 'ok'])}, 'preset', ${byValue('preset', PRESETS)}))
          from synthetic.counted group by 1, 2, 3) s left join synthetic.sketch using (user_id, project_id, day)
       left join synthetic.of_presets using (user_id, project_id, day)
 order by day`;

/** Nothing can follow but where a run failed: somebody may ask for it again. */
const STATISTICS_RUNS = `
insert into statistics_runs (run_id, user_id, project_id, day, preset, status, retried)
select run_id, user_id, project_id, ${DAY}, preset, status, attempt > 1 from synthetic.ended where status = 'failed'`;

/** The prompt cache has no rows: none of the runs has a hash. */
export const PROJECTED = [
  PROMPTS,
  HISTORY,
  HISTORY_STATUS,
  HISTORY_HOURS,
  COUNTED,
  SKETCHES,
  OF_PRESETS,
  STATISTICS_DAYS,
  STATISTICS_RUNS,
];

export const PROJECTED_TABLES = ['history', 'history_status', 'history_hours', 'statistics_days', 'statistics_runs'];
