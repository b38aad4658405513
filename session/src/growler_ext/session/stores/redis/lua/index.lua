-- The index of an owner: the keys of the records, by their times of expiry.

local function enter(name, key, expires)
  local score = redis.call('ZSCORE', name, key)
  if not score or tonumber(score) < expires then redis.call('ZADD', name, text(expires), key) end
  redis.call('ZREMRANGEBYSCORE', name, '-inf', text(now))
  local last = redis.call('ZREVRANGE', name, 0, 0, 'WITHSCORES')
  if last[2] then live_until(name, tonumber(last[2])) end
end

local function leave(key, owner)
  if owner and indexes ~= '' then redis.call('ZREM', indexes .. owner, key) end
end
