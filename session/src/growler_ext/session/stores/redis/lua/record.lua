-- What every script begins with: the time, and what a key stands for.
--
-- A record is a hash: c created, e expires, l the end that no touch can pass, o owner, ":name" a field of the app.
-- A key whose record was renamed is one too: m the key it has now, g until when the old key means it still, e until
-- when that is remembered. p marks the copy that a rename in a cluster makes: it is nobody's until a key leads to it.
--
-- ARGV[1]: the time, "" for that of Redis. ARGV[2]: how the keys of indexes begin, "" in a cluster, where a script
-- may touch no other key than its own. KEYS[1]: the key of the record or of the index.

local GONE, DONE, MOVED, FORWARD, UNREADABLE = 0, 1, 2, 3, 4
local indexes = ARGV[2]

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] + time[2] / 1000000
end

-- To the millisecond, like the TTLs.
local function text(time) return string.format('%.3f', time) end

local function live_until(key, time)
  redis.call('PEXPIRE', key, string.format('%.0f', math.ceil((time - now) * 1000)))
end

-- What a key stands for. `followed` is '1' for those whom another key has led here.
local function read(key, followed)
  local found = redis.call('HMGET', key, 'e', 'l', 'o', 'm', 'g', 'p')
  local expires = tonumber(found[1])
  if not expires then
    if redis.call('EXISTS', key) == 0 then return GONE end
    return UNREADABLE
  end
  if expires <= now then return GONE end
  if found[4] then
    if (tonumber(found[5]) or 0) > now then return FORWARD, found[4] end
    return MOVED
  end
  if found[6] then
    if followed ~= '1' then return GONE end
    redis.call('HDEL', key, 'p')
  end
  return DONE, { expires = expires, ends = tonumber(found[2]), owner = found[3] }
end
