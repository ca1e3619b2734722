-- Notes when an aggregate is to be woken, by Redis' clock; an earlier time stays. KEYS: those that are due, when any node
-- looked last. ARGV: the aggregate, the time, for how long no node looks at most unless the clock was set. Whoever is about
-- to forget it notices by the time, which changes each time.
watched(KEYS[1], KEYS[2], ARGV[3])
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
local at = before and math.min(tonumber(ARGV[2]), before - 1) or tonumber(ARGV[2])
return redis.call('ZADD', KEYS[1], string.format('%.0f', at), ARGV[1])
