-- KEYS[1] the new key of a record. ARGV from 3: the time of its expiry, all names and values.
-- The copy is nobody's until the old key leads to it. A record that is there already is left alone.

local there = redis.call('HMGET', KEYS[1], 'e', 'm', 'p')
if there[1] and not there[2] and not there[3] then return { MOVED } end
-- As in create: a Redis whose memory is full is to refuse it.
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
spread('HSET', KEYS[1], 4, #ARGV)
redis.call('HSET', KEYS[1], 'p', '1', 'e', ARGV[3])
live_until(KEYS[1], tonumber(ARGV[3]))
return { DONE }
