import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/**
 * What Bull 4 has no command for, in one step each. Bull's own keys: `wait` and `paused` (lists, popped at the right end), `active` (list),
 * `delayed` (sorted by due time × 4096), `stalled` (suspects of the next check), a hash for each job and its lock, which holds the name of
 * whoever has it. The version of Bull is pinned for their sake. Ours:
 *
 * - `turns`, and `turns:of:` each line: the turns of waiting jobs, as `seat:line` by their points on the queue's clock. A turn is of a line and
 *   not of a job: whoever is the line's first when it comes up goes in it.
 * - `jobs:of:` each line: its waiting jobs, in the order in which they go.
 * - `turns:next`: where the next turn of a line begins that has jobs; `turns:clock`: the latest turn that was taken.
 * - `running`: how many jobs of each line are taken.
 *
 * Bull pushes ids to `wait` of what became due or lost its worker; they line up as soon as somebody takes or asks. Beyond them there is one
 * `:more` while jobs wait, which wakes whoever waits for the list. Times are the server's, in milliseconds.
 */
const COMMON = `
local prefix, more = ARGV[1], ':more'
local call = redis.call
local function key(name) return prefix .. name end
local function whole(number) return string.format('%.0f', number) end
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local isPaused = call('EXISTS', key('meta-paused')) == 1
local wait = key(isPaused and 'paused' or 'wait')

local function wake()
  if call('EXISTS', key('turns')) == 1 and call('EXISTS', wait) == 0 then call('LPUSH', wait, more) end
end

local function nextTurn(line, stride)
  local clock = tonumber(call('GET', key('turns:clock')) or '1')
  local start = math.max(clock, tonumber(call('ZSCORE', key('turns:next'), line) or '0'))
  call('ZADD', key('turns:next'), whole(start + stride), line)
  return whole(start)
end

local function drop(line, token)
  call('ZREM', key('turns'), token)
  call('ZREM', key('turns:of:' .. line), token)
end

-- A line without jobs has no past, and a queue without any no clock.
local function forget(line)
  if call('HEXISTS', key('running'), line) == 1 or call('EXISTS', key('jobs:of:' .. line)) == 1 then return end
  call('ZREM', key('turns:next'), line)
  if call('EXISTS', key('turns:next')) == 0 then call('DEL', key('turns:clock')) end
end

local function ended(line)
  if call('HINCRBY', key('running'), line, -1) <= 0 then call('HDEL', key('running'), line) end
  forget(line)
end

-- One that has a turn, because it was taken, keeps it. Does nothing for one that waits already or that somebody has, and forgets what is left of
-- one that was flushed.
local function lineUp(id)
  local job = key(id)
  local line, stride, priority, due, arrival, entry, turn, token =
    unpack(call('HMGET', job, 'line', 'stride', 'level', 'due', 'arrival', 'entry', 'turn', 'token'))
  if not line then return call('DEL', job) end
  if entry or call('EXISTS', job .. ':lock') == 1 then return end
  entry = string.format('%02d%015.0f%016.0f', priority, due, arrival) .. id
  call('HSET', job, 'entry', entry)
  call('ZADD', key('jobs:of:' .. line), 0, entry)
  if token then
    call('HDEL', job, 'turn', 'token')
    ended(line)
  else
    turn = priority == '1' and '0' or nextTurn(line, stride)
    token = string.format('%016.0f', call('INCR', key('turns:seat'))) .. ':' .. line
  end
  call('ZADD', key('turns'), turn, token)
  call('ZADD', key('turns:of:' .. line), turn, token)
end

-- At most 1,000 at once, so that nobody who takes a job waits long for this.
local function lineUpArrivals()
  local pushed = call('LRANGE', wait, -500, -1)
  call('LTRIM', wait, 0, -501)
  for each = #pushed, 1, -1 do
    if pushed[each] ~= more then lineUp(pushed[each]) end
  end
  for _, id in ipairs(call('ZRANGEBYSCORE', key('delayed'), '-inf', '(' .. whole((now + 1) * 4096), 'LIMIT', 0, 500)) do
    call('ZREM', key('delayed'), id)
    lineUp(id)
  end
  wake()
end

local function delay(id, due, arrival)
  call('ZADD', key('delayed'), whole(due * 4096 + arrival % 4096), id)
  -- Bull's workers set their timers by this.
  call('PUBLISH', key('delayed'), whole(due))
end

local function start(id, line, entry, turn, token)
  call('ZREM', key('jobs:of:' .. line), entry)
  drop(line, token)
  call('HDEL', key(id), 'entry')
  call('HSET', key(id), 'turn', turn, 'token', token)
  call('HINCRBY', key('running'), line, 1)
end

local function claim(id, owner, lasts)
  call('SET', key(id .. ':lock'), owner, 'PX', lasts)
  call('SREM', key('stalled'), id)
end

local function isReturned(id, owner)
  if call('GET', key(id .. ':lock')) ~= owner then return false end
  call('DEL', key(id .. ':lock'))
  call('SREM', key('stalled'), id)
  return call('LREM', key('active'), -1, id) > 0 and call('HEXISTS', key(id), 'line') == 1
end
`;

/** A step of the queue, told in Lua on top of the above. */
export class Script {
  private readonly text: string;
  private readonly sha: string;

  constructor(body: string) {
    this.text = COMMON + body;
    this.sha = createHash('sha1').update(this.text).digest('hex');
  }

  /** The keys are made of the prefix: a Redis Cluster could not place them. @throws the errors of ioredis */
  async run(redis: Redis, prefix: string, ...rest: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.sha, 0, prefix, ...rest);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(this.text, 0, prefix, ...rest);
    }
  }
}
