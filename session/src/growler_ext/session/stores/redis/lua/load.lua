-- KEYS[1] the record. ARGV from 3: whether a key has led here, the ttl and the least gain of a touch, or "" and "".
-- Returns the time, all fields, and the new time of expiry if there is one.

local flat, found = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #flat, 2 do
  -- What is not the app's has a name of one letter.
  if #flat[at] == 1 then found[flat[at]] = flat[at + 1] end
end
local expires, ends = tonumber(found.e), tonumber(found.l)
if not expires or expires <= now or found.m or found.p then
  local state, lead = read(KEYS[1], ARGV[3])
  if state ~= DONE then return { state, lead } end
end
if ARGV[4] ~= '' then
  local wanted = now + tonumber(ARGV[4])
  if ends and ends < wanted then wanted = ends end
  if wanted - expires >= tonumber(ARGV[5]) then
    -- First what takes no memory: then the rest, which replaces only, is not refused by a Redis that is full.
    live_until(KEYS[1], wanted)
    redis.call('HSET', KEYS[1], 'e', text(wanted))
    if found.o and indexes ~= '' then enter(indexes .. found.o, KEYS[1], wanted) end
    return { DONE, text(now), flat, text(wanted) }
  end
end
return { DONE, text(now), flat }
