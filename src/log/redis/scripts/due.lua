-- Notes when an aggregate is to be woken, by Redis' clock; an earlier time is kept. KEYS: the due aggregates; when any node
-- looked last. ARGV: the aggregate, the time, and after how long without a look the clock counts as set forward. The stored
-- time changes with each call, so that settle.lua notices a call that came meanwhile.
watched(KEYS[1], KEYS[2], ARGV[3])
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
local at = before and math.min(tonumber(ARGV[2]), before - 1) or tonumber(ARGV[2])
return redis.call('ZADD', KEYS[1], string.format('%.0f', at), ARGV[1])
