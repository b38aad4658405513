-- KEYS[1] the index of an owner. ARGV from 3: the key of a record, seconds from now until its entry may be forgotten.

enter(KEYS[1], ARGV[3], now + tonumber(ARGV[4]))
return { DONE }
