-- KEYS[1] the record. ARGV from 3: ttl, lifetime or "", owner or "", names and values.

-- Not to delete what is not there: behind a write, a Redis whose memory is full would refuse nothing any more.
if redis.call('EXISTS', KEYS[1]) == 1 then
  leave(KEYS[1], redis.call('HGET', KEYS[1], 'o'))
  redis.call('DEL', KEYS[1])
end
local expires, owner = now + tonumber(ARGV[3]), ARGV[5]
if ARGV[4] ~= '' then
  local ends = now + tonumber(ARGV[4])
  if ends < expires then expires = ends end
  redis.call('HSET', KEYS[1], 'l', text(ends))
end
if owner ~= '' then
  if indexes ~= '' then enter(indexes .. owner, KEYS[1], expires) end
  redis.call('HSET', KEYS[1], 'o', owner)
end
redis.call('HSET', KEYS[1], 'c', text(now), 'e', text(expires))
spread('HSET', KEYS[1], 6, #ARGV)
live_until(KEYS[1], expires)
return { DONE }
