import { atOnce, withoutIndexes } from './bulk-load.mjs';
import { PROJECTED, PROJECTED_TABLES } from './synthetic-projections.mjs';

/**
 * A year of runs, made by the server itself: the runs first, as a table with everything that their events and rows are then written from.
 * What is drawn: users and subjects by a power law, times of a day and a year evenly, durations log-normally around 9 seconds, 90 % completed, 6 %
 * failed, 4 % cancelled, 8 % with a second attempt. The same count gives the same runs.
 */

const WORDS = {
  adjective:
    'old,lonely,golden,broken,quiet,giant,tiny,forgotten,crystal,painted,burning,frozen,gentle,wild,silver,rusty,velvet,marble,wooden,neon',
  subject:
    'lighthouse,portrait of a woman,mountain lake,city street,bowl of pears,sailing ship,red fox,observatory,market hall,railway station,glass house,' +
    'violin player,motorcycle,desert camp,waterfall,chess board,astronaut,greenhouse,bakery window,stone bridge,paper boat,owl,library,windmill,' +
    'harbour,dragon,fountain,telescope,garden gate,tram',
  place:
    'above a stormy sea,in the fog,at the edge of a forest,under a wide sky,by the river,in an empty hall,on a cliff,between tall houses,' +
    'in a field of rye,behind a rainy window,on a snowy pass,in the old town',
  light:
    'at dusk,at dawn,in hard noon light,by candlelight,under neon signs,in soft window light,in moonlight,at golden hour',
  detail:
    'highly detailed,long exposure,seen from below,muted colours,film grain,reflections on wet ground,wide view,close up,mist over the ground',
};

const pick = (list, share) =>
  `(string_to_array('${WORDS[list]}', ','))[1 + floor(${WORDS[list].split(',').length} * ${share})::int]`;

/** Runs with their events counted and placed in the log. */
const RUNS = `
create unlogged table synthetic.drawn as
select n, date_trunc('milliseconds', now() - interval '1 minute' - (($1::int - n) * (interval '364 days' / $1::int))) as created_at,
       1 + floor(500 * random() ^ 3)::int as user_id,
       case when random() < 0.7 then 1 + floor(40 * random() ^ 2)::int end as project_id,
       case when random() < 0.75 then 'ai' else 'manual' end as mode,
       case when random() < 0.8 then 'builtin' else 'simulator' end as provider,
       case when random() < 0.25 then (array['cinematic_portrait', 'anime_style', 'photorealistic', 'concept_art', 'oil_painting'])[1 + floor(5 * random() ^ 2)::int] end as preset,
       'a ' || ${pick('adjective', 'random()')} || ' ' || ${pick('subject', 'random() ^ 2')} || ' ' || ${pick('place', 'random()')} || ', '
         || ${pick('light', 'random()')} || ', ' || ${pick('detail', 'random()')} || case when n % 9973 = 0 then ', with a zeppelin' else '' end as prompt,
       random() as ending, random() < 0.08 as retried,
       greatest(1, round(9000 * exp(0.6 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))))::int as ms
  from generate_series(1, $1::int) n`;

const PLACED = `
create unlogged table synthetic.run as
select *, sum(events) over (order by n) - events as before from (
  select d.*,
         (lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(md5('a' || n), 1, 3) || '8' || substr(md5('b' || n), 1, 15))::uuid as run_id,
         case when provider = 'builtin' then 'studio' else 'ok' end as model,
         case when ending < 0.9 then 'completed' when ending < 0.96 then 'failed' else 'cancelled' end as status,
         case when ending >= 0.96 then 2 when ending >= 0.9 then 3 else 4 end + case when retried and ending < 0.96 then 2 else 0 end as events,
         case when retried and ending < 0.96 then 2 else 1 end as attempt,
         case when provider = 'builtin' then 0.002 else 0.01 end as cost
    from synthetic.drawn d) placed`;

const json = (time) => `to_char((${time}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const WORKER = '01a1fbd0-561f-739d-b9f6-a32b1e1f5d8c';
const REASONING = {
  lighting: 'The hour and the season call for a low, warm sun (“dusk”).',
  composition: 'A place and what stands in it find their balance on the thirds (“sea”).',
};

/** Each with the place in its run, when it happens and what it says. */
const EVENTS = [
  {
    type: 'GenerationCreated',
    place: '1',
    at: 'created_at',
    data: `jsonb_build_object('type', 'image', 'user_id', user_id, 'project_id', project_id, 'mode', mode, 'prompt', prompt, 'negative_prompt', null,
      'visual', '{"lighting": "golden-hour", "style": "cinematic"}'::jsonb, 'reasoning', '${JSON.stringify(REASONING)}'::jsonb, 'width', 1024, 'height', 768,
      'steps', 30, 'cfg_scale', 7, 'seed', n, 'provider', provider, 'model', model, 'use_cache', true, 'max_retries', 3, 'preset', preset, 'created_at', ${json('created_at')})`,
  },
  {
    type: 'GenerationStarted',
    place: '2',
    at: "created_at + interval '40 ms'",
    where: "status <> 'cancelled'",
    data: `jsonb_build_object('attempt', 1, 'worker_id', '${WORKER}', 'started_at', ${json("created_at + interval '40 ms'")})`,
  },
  {
    type: 'GenerationRetried',
    place: '3',
    at: "created_at + interval '1 s'",
    where: 'attempt = 2',
    data: `jsonb_build_object('attempt', 1, 'category', 'timeout', 'message', 'Too slow', 'next_attempt', 2, 'next_attempt_at', ${json("created_at + interval '2 s'")},
      'failed_at', ${json("created_at + interval '1 s'")})`,
  },
  {
    type: 'GenerationStarted',
    place: '4',
    at: "created_at + interval '2 s'",
    where: 'attempt = 2',
    data: `jsonb_build_object('attempt', 2, 'worker_id', '${WORKER}', 'started_at', ${json("created_at + interval '2 s'")})`,
  },
  {
    type: 'GenerationArtifactStored',
    place: 'events - 1',
    at: 'ended_at',
    where: "status = 'completed'",
    data: `jsonb_build_object('attempt', attempt, 'artifact', artifact, 'stored_at', ${json('ended_at')})`,
  },
  {
    type: 'GenerationCompleted',
    place: 'events',
    at: 'ended_at',
    where: "status = 'completed'",
    data: `jsonb_build_object('attempt', attempt, 'quality_score', 0.8, 'generation_time', ms / 1000.0, 'cost_usd', cost, 'cached', false, 'completed_at', ${json('ended_at')})`,
  },
  {
    type: 'GenerationFailed',
    place: 'events',
    at: 'ended_at',
    where: "status = 'failed'",
    data: `jsonb_build_object('attempt', attempt, 'category', 'moderated', 'message', 'Refused', 'retryable', false, 'failed_at', ${json('ended_at')})`,
  },
  {
    type: 'GenerationCancelled',
    place: 'events',
    at: 'ended_at',
    where: "status = 'cancelled'",
    data: `jsonb_build_object('waiting_attempt', 1, 'cancelled_at', ${json('ended_at')})`,
  },
];

const WITH_ENDS = `
create unlogged table synthetic.ended as
select r.*, created_at + ms * interval '1 ms' as ended_at,
       case when status = 'completed' then jsonb_build_object('id', substr(md5('c' || n), 1, 32)::uuid, 'variant', 0, 'content_type', 'image/png', 'width', 1024,
         'height', 768, 'bytes', 573503, 'sha256', md5('d' || n) || md5('e' || n), 'seed', n) end as artifact
  from synthetic.run r`;

const insertEvents = ({ type, place, at, where = 'true', data }) => `
insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
select before + ${place}, run_id, ${place}, substr(md5('${type}' || ${place} || n), 1, 32)::uuid, 'generation', '${type}', ${data},
       jsonb_build_object('actor', 'user:' || user_id, 'causation_id', run_id, 'correlation_id', run_id, 'request_id', run_id,
         'traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'), ${at}
  from synthetic.ended where ${where} order by before`;

const INSERT_STREAMS = `insert into streams (stream_id, stream_type, version) select run_id, 'generation', events from synthetic.ended order by before`;

const INSERT_GENERATIONS = `
insert into generations (run_id, id, version, type, user_id, project_id, mode, prompt, visual, reasoning, width, height, steps, cfg_scale, seed, provider, model,
  use_cache, max_retries, created_at, status, attempt, started_at, completed_at, quality_score, generation_time, cost_usd, cached, error, artifacts)
select run_id, before + 1, events, 'image', user_id, project_id, mode, prompt, '{"lighting": "golden-hour", "style": "cinematic"}', '${JSON.stringify(REASONING)}',
       1024, 768, 30, 7, n, provider, model, true, 3, created_at, status, attempt, case when status <> 'cancelled' then created_at + interval '40 ms' end, ended_at,
       case when status = 'completed' then 0.8 end, case when status = 'completed' then ms / 1000.0 end, case when status = 'completed' then cost end, false,
       case when status = 'failed' then '{"category": "moderated", "message": "Refused", "retryable": false}'::jsonb end,
       case when status = 'completed' then jsonb_build_array(artifact) else '[]' end
  from synthetic.ended order by before`;

const WRITTEN_TABLES = ['events_0000', 'streams', 'generations', ...PROJECTED_TABLES];

/** Every subscription has dealt with the log: what a reactor would do about runs that ended long ago is passed over. */
const MOVE_CHECKPOINTS = 'update subscriptions set position = (select max(position) from events)';

/**
 * Fills an empty, migrated database that was started once with the events, streams and rows of so many runs, and with what the projections make of
 * them. @returns how many events these are
 */
export const fillRuns = async (url, count) => {
  await atOnce(url, [
    [
      'create schema synthetic',
      'select setseed(0.42)',
      { text: RUNS, values: [count] },
      PLACED,
      WITH_ENDS,
      'analyze synthetic.ended',
    ],
  ]);
  await withoutIndexes(url, WRITTEN_TABLES, () =>
    atOnce(url, [EVENTS.map(insertEvents), [INSERT_STREAMS, INSERT_GENERATIONS, ...PROJECTED]]),
  );
  const [, [{ events, head }]] = (
    await atOnce(url, [
      [
        'drop schema synthetic cascade',
        'select count(*)::int as events, max(position)::int as head from events',
        MOVE_CHECKPOINTS,
      ],
    ])
  )[0];
  if (events !== head) throw new Error('The log that was made has holes.');
  return events;
};
