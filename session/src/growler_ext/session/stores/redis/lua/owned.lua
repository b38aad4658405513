-- KEYS[1] the index of an owner. ARGV[3] the owner. Returns key, time and all fields of each live record.

local live = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local state, record = read(key, '')
  if state == DONE and record.owner == ARGV[3] then
    table.insert(live, { key, text(now), redis.call('HGETALL', key) })
  else
    redis.call('ZREM', KEYS[1], key)
  end
end
return live
