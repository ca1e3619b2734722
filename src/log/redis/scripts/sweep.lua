-- Takes the aggregates that are to be woken now. KEYS: those that are due. ARGV: how many at most, how long they are left to
-- the node that asks, the farthest that anything is due ahead, both in milliseconds. Answers the time, then each with the
-- time at which it is taken again unless it is settled.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
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
