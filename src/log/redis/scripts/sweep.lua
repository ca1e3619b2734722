-- Takes the aggregates that are to be woken now. KEYS: those that are due, when any node looked last. ARGV: how many at most,
-- how long they are left to the node that asks, the farthest that anything is due ahead, for how long no node looks at most
-- unless the clock was set; in milliseconds. Answers the time at which they are taken again unless settled, and them.
local now = watched(KEYS[1], KEYS[2], ARGV[4])
local lease, farthest = string.format('%.0f', now + ARGV[2]), string.format('%.0f', now + ARGV[3])
-- The clock was set back.
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. farthest, '+inf', 'LIMIT', 0, ARGV[1])) do
  redis.call('ZADD', KEYS[1], farthest, key)
end
local taken = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  redis.call('ZADD', KEYS[1], lease, key)
  taken[#taken + 1] = key
end
return { lease, taken }
