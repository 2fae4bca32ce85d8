/**
 * What Bull 4 has no command for, in one step each, on its keys: `wait` and `paused` (lists, the next one at the right end), `active` (list),
 * `delayed` (sorted by due time × 4096), `priority` (the ones in `wait` by priority), `stalled` (suspects of the next check), a hash for each
 * job and its lock, which holds the token of the worker's queue. The version of Bull is pinned for their sake.
 */

/** KEYS wait, paused, delayed, priority, job · ARGV id. Answers 1 where it was removed; one that a worker has is in none of these lists. */
export const CANCEL = `
  local id = ARGV[1]
  local removed = redis.call('LREM', KEYS[1], -1, id) + redis.call('LREM', KEYS[2], -1, id) + redis.call('ZREM', KEYS[3], id)
  if removed == 0 then return 0 end
  redis.call('ZREM', KEYS[4], id)
  redis.call('DEL', KEYS[5])
  return 1`;

/**
 * KEYS wait, paused, active, stalled, delayed, priority · ARGV prefix, token, milliseconds of a claim, ids … Answers the ids that somebody
 * else has. A claim that ran out while nobody took the job is made again, wherever Bull has moved it meanwhile; that a job is gone altogether
 * (a flushed Redis) takes it from nobody.
 */
export const RENEW = `
  local prefix, token, lasts = ARGV[1], ARGV[2], ARGV[3]
  local lost = {}
  for each = 4, #ARGV do
    local id = ARGV[each]
    local lock = redis.call('GET', prefix .. id .. ':lock')
    if lock and lock ~= token then
      lost[#lost + 1] = id
    elseif redis.call('EXISTS', prefix .. id) == 1 then
      if not lock then
        redis.call('LREM', KEYS[1], -1, id)
        redis.call('LREM', KEYS[2], -1, id)
        redis.call('ZREM', KEYS[5], id)
        redis.call('ZREM', KEYS[6], id)
        redis.call('LREM', KEYS[3], 0, id)
        redis.call('LPUSH', KEYS[3], id)
      end
      redis.call('SET', prefix .. id .. ':lock', token, 'PX', lasts)
      redis.call('SREM', KEYS[4], id)
    end
  end
  return lost`;

/**
 * KEYS wait, paused, active, stalled, delayed, priority, meta-paused, job, lock · ARGV id, token, due time in milliseconds or 0.
 * Answers 0 where the job is no longer the token's. Without a due time the job is the next one of its priority.
 */
export const GIVE_BACK = `
  local id, due = ARGV[1], tonumber(ARGV[3])
  if redis.call('GET', KEYS[9]) ~= ARGV[2] then return 0 end
  redis.call('DEL', KEYS[9])
  redis.call('SREM', KEYS[4], id)
  if redis.call('LREM', KEYS[3], -1, id) == 0 or redis.call('EXISTS', KEYS[8]) == 0 then return 0 end
  if due > 0 then
    redis.call('ZADD', KEYS[5], due * 4096, id)
    redis.call('PUBLISH', KEYS[5], due)
    return 1
  end
  local target = redis.call('EXISTS', KEYS[7]) == 1 and KEYS[2] or KEYS[1]
  local priority = redis.call('HGET', KEYS[8], 'priority') or 0
  local ahead = redis.call('ZCOUNT', KEYS[6], '-inf', '(' .. priority)
  local next = redis.call('LINDEX', target, -1 - ahead)
  if next then redis.call('LINSERT', target, 'AFTER', next, id) else redis.call('LPUSH', target, id) end
  redis.call('ZADD', KEYS[6], priority, id)
  return 1`;

/** KEYS active, job, lock · ARGV id. For a job that was flushed while it was taken: what is left of it would keep its id from coming again. */
export const FORGET = `
  redis.call('LREM', KEYS[1], -1, ARGV[1])
  return redis.call('DEL', KEYS[2], KEYS[3])`;
