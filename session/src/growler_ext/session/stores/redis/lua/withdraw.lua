-- KEYS[1] a record or a copy. ARGV from 3: whether a key has led here, the owner whose record is deleted; "" deletes
-- a copy. A key that has moved leads on even after its grace.

local found = redis.call('HMGET', KEYS[1], 'e', 'o', 'm', 'p')
if found[3] then return { FORWARD, found[3] } end
if ARGV[4] == '' then
  if not found[4] then return { GONE } end
elseif found[2] ~= ARGV[4] or (found[4] and ARGV[3] ~= '1') then
  return { GONE }
end
redis.call('DEL', KEYS[1])
if (tonumber(found[1]) or 0) <= now then return { GONE } end
return { DONE }
