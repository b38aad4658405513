-- KEYS[1] the record. ARGV from 3: whether a key has led here, the Change.
-- Returns the owner before and after, and the time of expiry.

local state, record = read(KEYS[1], ARGV[3])
if state ~= DONE then return { state, record } end
local owner, expires = change(KEYS[1], record, 4)
if indexes ~= '' then
  if owner ~= record.owner then leave(KEYS[1], record.owner) end
  if owner and (owner ~= record.owner or expires > record.expires) then enter(indexes .. owner, KEYS[1], expires) end
  return { DONE }
end
return { DONE, record.owner or '', owner or '', text(now), text(expires) }
