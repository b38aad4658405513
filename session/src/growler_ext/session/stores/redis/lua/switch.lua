-- KEYS[1] the old key of a record. ARGV from 3: the new key, seconds of grace, seconds to be remembered, all names and
-- values that the copy was made of. GONE, MOVED: so is the record. UNREADABLE: it has changed since.

local state = read(KEYS[1], '')
if state ~= DONE then return { state == FORWARD and MOVED or state } end
local have = redis.call('HGETALL', KEYS[1])
if #have ~= #ARGV - 5 then return { UNREADABLE } end
local copied = {}
for at = 6, #ARGV, 2 do copied[ARGV[at]] = ARGV[at + 1] end
for at = 1, #have, 2 do
  if copied[have[at]] ~= have[at + 1] then return { UNREADABLE } end
end
local remembered = now + tonumber(ARGV[5])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'm', ARGV[3], 'g', text(now + tonumber(ARGV[4])), 'e', text(remembered))
live_until(KEYS[1], remembered)
return { DONE }
