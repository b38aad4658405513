-- KEYS[1] the record, KEYS[2] its new key. ARGV from 3: seconds of grace, seconds to be remembered, the Change.

local state, record = read(KEYS[1], '')
if state ~= DONE then return { state } end
local owner, expires = change(KEYS[1], record, 5)
leave(KEYS[1], record.owner)
leave(KEYS[2], redis.call('HGET', KEYS[2], 'o'))
redis.call('RENAME', KEYS[1], KEYS[2])
if owner then enter(indexes .. owner, KEYS[2], expires) end
local remembered = now + tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'm', KEYS[2], 'g', text(now + tonumber(ARGV[3])), 'e', text(remembered))
live_until(KEYS[1], remembered)
return { DONE }
