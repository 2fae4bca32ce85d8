import { Script } from './bull-turns.js';

// Each has the prefix of the keys as its first argument. What the keys are, and what the functions do: bull-turns.ts.

/** ARGV … id, data, priority, due time or 0, line, stride, for each job. Ids that are there are left as they are. */
export const ADD = new Script(`
  for each = 2, #ARGV, 6 do
    local id, due = ARGV[each], tonumber(ARGV[each + 3])
    if call('HEXISTS', key(id), 'line') == 0 then
      local arrival = call('INCR', key('id'))
      call('DEL', key(id))
      call('HSET', key(id), 'data', ARGV[each + 1], 'level', ARGV[each + 2], 'due', whole(due > 0 and due or now),
        'line', ARGV[each + 4], 'stride', ARGV[each + 5], 'arrival', arrival)
      if due > now then delay(id, due, arrival) else lineUp(id) end
    end
  end
  wake()`);

/**
 * ARGV … owner, milliseconds of a claim, what was moved from \`wait\` to \`active\` or nothing. Answers nothing, or id, data, priority and due
 * time of the job whose turn it is. What was moved tells only that there is something.
 */
export const TAKE = new Script(`
  local owner, lasts, moved = ARGV[2], ARGV[3], ARGV[4]
  if moved == more then
    call('LREM', key('active'), 1, more)
  elseif moved ~= '' and call('EXISTS', key(moved .. ':lock')) == 0 then
    call('LREM', key('active'), 1, moved)
    lineUp(moved)
  end
  lineUpArrivals()
  if isPaused then return false end
  while true do
    local token, turn = unpack(call('ZRANGE', key('turns'), 0, 0, 'WITHSCORES'))
    if not token then return false end
    local line = token:sub(18)
    local entry = call('ZRANGE', key('jobs:of:' .. line), 0, 0)[1]
    if entry then
      local id = entry:sub(34)
      if tonumber(turn) > tonumber(call('GET', key('turns:clock')) or '1') then
        call('SET', key('turns:clock'), whole(turn))
      end
      start(id, line, entry, whole(turn), token)
      call('LPUSH', key('active'), id)
      claim(id, owner, lasts)
      wake()
      return {id, unpack(call('HMGET', key(id), 'data', 'level', 'due'))}
    end
    drop(line, token)
  end`);

/** ARGV … id, owner. Forgets a job that is the owner's. */
export const DONE = new Script(`
  if not isReturned(ARGV[2], ARGV[3]) then return end
  local line = call('HGET', key(ARGV[2]), 'line')
  call('DEL', key(ARGV[2]))
  ended(line)`);

/** ARGV … id, owner, milliseconds until the job is due again, or nothing: it keeps its turn. Does nothing for a job of somebody else. */
export const GIVE_BACK = new Script(`
  local id, pause = ARGV[2], tonumber(ARGV[4])
  if not isReturned(id, ARGV[3]) then return end
  if pause then
    local line, arrival = unpack(call('HMGET', key(id), 'line', 'arrival'))
    call('HSET', key(id), 'due', whole(now + pause))
    call('HDEL', key(id), 'turn', 'token')
    ended(line)
    if pause > 0 then return delay(id, now + pause, arrival) end
  end
  lineUp(id)
  wake()`);

/**
 * ARGV … owner, milliseconds of a claim, ids … Answers the ids that somebody else has. A claim that ran out while nobody took the job is made
 * again, wherever it has got meanwhile; that a job is gone altogether (a flushed Redis) takes it from nobody.
 */
export const RENEW = new Script(`
  local owner, lost = ARGV[2], {}
  for each = 4, #ARGV do
    local id = ARGV[each]
    local lock = call('GET', key(id .. ':lock'))
    if lock and lock ~= owner then
      lost[#lost + 1] = id
    elseif call('HEXISTS', key(id), 'line') == 1 then
      if not lock then
        call('LREM', wait, 0, id)
        call('ZREM', key('delayed'), id)
        call('LREM', key('active'), 0, id)
        local line, entry = unpack(call('HMGET', key(id), 'line', 'entry'))
        if entry then
          local token, turn = unpack(call('ZRANGE', key('turns:of:' .. line), 0, 0, 'WITHSCORES'))
          start(id, line, entry, whole(turn), token)
        end
        call('LPUSH', key('active'), id)
      end
      claim(id, owner, ARGV[3])
    end
  end
  return lost`);

/** ARGV … id. Answers 1 where it was removed; the last turn of its line goes with it. */
export const CANCEL = new Script(`
  local id = ARGV[2]
  local line, entry, stride, token = unpack(call('HMGET', key(id), 'line', 'entry', 'stride', 'token'))
  if entry then
    local of = key('turns:of:' .. line)
    call('ZREM', key('jobs:of:' .. line), entry)
    local last = call('ZREVRANGEBYSCORE', of, entry:sub(1, 2) == '01' and '0' or '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
    drop(line, last[1])
    local turn = tonumber(last[2])
    if turn > 0 and turn + stride >= tonumber(call('ZSCORE', key('turns:next'), line)) then
      call('ZADD', key('turns:next'), whole(turn), line)
    end
  elseif call('LREM', wait, 0, id) + call('ZREM', key('delayed'), id) == 0 then
    return 0
  end
  call('DEL', key(id))
  if token then ended(line) elseif line then forget(line) end
  return 1`);

/** ARGV … id. Answers nothing for a job that does not wait. */
export const PLACE = new Script(`
  lineUpArrivals()
  local line, entry = unpack(call('HMGET', key(ARGV[2]), 'line', 'entry'))
  local nth = entry and call('ZRANK', key('jobs:of:' .. line), entry)
  local token = nth and call('ZRANGE', key('turns:of:' .. line), nth, nth)[1]
  return token and call('ZRANK', key('turns'), token) + 1`);

/** Answers how many wait, are not yet due, are taken. */
export const COUNTS = new Script(`
  local function ids(list) return call('LLEN', list) - #call('LPOS', list, more, 'COUNT', 0) end
  local due = call('ZCOUNT', key('delayed'), '-inf', '(' .. whole((now + 1) * 4096))
  return {call('ZCARD', key('turns')) + ids(wait) + due, call('ZCARD', key('delayed')) - due, ids(key('active'))}`);
