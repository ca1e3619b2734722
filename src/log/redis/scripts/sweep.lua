-- Takes the aggregates that are to be woken now. KEYS: the due aggregates; when any node looked last. ARGV: how many to
-- take at most; then, in milliseconds: how long they are left to this node, how far ahead a due time may be, and after
-- how long without a look the clock counts as set forward. Answers the time at which the aggregates can be taken again
-- unless they are settled, and the aggregates, each with how late it is.
local now = watched(KEYS[1], KEYS[2], ARGV[4])
local lease, farthest = string.format('%.0f', now + ARGV[2]), string.format('%.0f', now + ARGV[3])
-- The clock was set back.
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. farthest, '+inf', 'LIMIT', 0, ARGV[1])) do
  redis.call('ZADD', KEYS[1], farthest, key)
end
local taken = {}
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[1])
for i = 1, #found, 2 do
  redis.call('ZADD', KEYS[1], lease, found[i])
  taken[#taken + 1] = found[i]
  taken[#taken + 1] = string.format('%.0f', now - found[i + 1])
end
return { lease, taken }
