-- Notes when an aggregate is to be woken, by Redis' clock; an earlier time stays. KEYS: those that are due. ARGV: the
-- aggregate, the time. Whoever is about to forget it notices by the time, which changes each time.
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
local at = before and math.min(tonumber(ARGV[2]), before - 1) or tonumber(ARGV[2])
return redis.call('ZADD', KEYS[1], string.format('%.0f', at), ARGV[1])
