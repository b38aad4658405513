-- Writing the fields of a record.

local MANY = 1000 -- arguments of one command: unpack is limited

-- A command with the arguments from `first` to `last`.
local function spread(command, key, first, last)
  for start = first, last, MANY do
    redis.call(command, key, unpack(ARGV, start, math.min(start + MANY - 1, last)))
  end
end

-- Apply the Change that begins at ARGV[at]: ttl or "", owner as "=" and its name or "", how many fields to set, their
-- names and values, the names of those to remove. Returns the new owner and the new time of expiry.
local function change(key, record, at)
  local values = at + 3
  local names = values + 2 * tonumber(ARGV[at + 2])
  spread('HSET', key, values, names - 1)
  spread('HDEL', key, names, #ARGV)
  local owner, expires = record.owner, record.expires
  if ARGV[at] ~= '' then
    expires = now + tonumber(ARGV[at])
    if record.ends and record.ends < expires then expires = record.ends end
    -- In this order as in load: to be used takes no memory.
    live_until(key, expires)
    redis.call('HSET', key, 'e', text(expires))
  end
  if ARGV[at + 1] == '=' then
    owner = false
    redis.call('HDEL', key, 'o')
  elseif ARGV[at + 1] ~= '' then
    owner = string.sub(ARGV[at + 1], 2)
    redis.call('HSET', key, 'o', owner)
  end
  return owner, expires
end
