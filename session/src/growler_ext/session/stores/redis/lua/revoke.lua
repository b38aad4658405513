-- KEYS[1] the index of an owner. ARGV from 3: the owner, how many records to delete at most, the keys to keep.
-- Returns how many were deleted, and 1 if there are more.
local kept = {}
for at = 5, #ARGV do
  local key, state = ARGV[at], FORWARD
  while state == FORWARD and not kept[key] do
    kept[key] = true
    local lead
    state, lead = read(key, '')
    if state == FORWARD then key = lead end
  end
end
local count = 0
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if not kept[key] then
    if count == tonumber(ARGV[4]) then return { count, 1 } end
    local state, record = read(key, '')
    if state == DONE and record.owner == ARGV[3] then
      redis.call('DEL', key)
      count = count + 1
    end
    redis.call('ZREM', KEYS[1], key)
  end
end
return { count, 0 }
