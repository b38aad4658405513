-- KEYS[1] the record. ARGV from 3: whether a key has led here.
local state, record = read(KEYS[1], ARGV[3])
if state ~= DONE then return { state, record } end
redis.call('DEL', KEYS[1])
leave(KEYS[1], record.owner)
return { DONE, record.owner or '' }
