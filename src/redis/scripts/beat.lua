-- A node's sign of life. KEYS: nodes. ARGV: this node; then in milliseconds: after how long without a sign a node is
-- dead, how far apart this node's own signs may be if it is to judge others, how long a dead node is left to the node
-- that cleans up after it. Answers the time of this node's sign before, or ''; the dead nodes that this node has to
-- clean up after; and the nodes that gave a sign within the third argument.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
-- Signs from the future mean that the clock was set back. They are set to now; otherwise a dead node would live until
-- then.
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')) do
  redis.call('ZADD', KEYS[1], string.format('%.0f', now), node)
end
local dead = {}
-- A node that gave no sign itself cannot tell whether the others are dead, Redis was away, or its clock was set.
if before and math.abs(now - before) <= tonumber(ARGV[3]) then
  dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
  for _, node in ipairs(dead) do
    redis.call('ZADD', KEYS[1], string.format('%.0f', now - ARGV[2] + ARGV[4]), node)
  end
end
return { before or '', dead, redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now - ARGV[3], '+inf') }
