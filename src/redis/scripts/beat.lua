-- A node's sign of life. KEYS: nodes. ARGV: this node, after how long without one a node is dead, how far apart this
-- node's own signs may be so that it may judge, for how long a dead node is left to the one that cleans up after it;
-- all in milliseconds. Answers when this node was last heard of before, or '', the dead nodes that it cleans up after,
-- and who was heard of within the third.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
-- Signs from the future: the clock was set back. They count from now, or a node that dies would live until then.
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')) do
  redis.call('ZADD', KEYS[1], string.format('%.0f', now), node)
end
local dead = {}
-- A node that was not heard itself cannot tell whether the others are dead, or Redis was away, or its clock was set.
if before and math.abs(now - before) <= tonumber(ARGV[3]) then
  dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
  for _, node in ipairs(dead) do
    redis.call('ZADD', KEYS[1], string.format('%.0f', now - ARGV[2] + ARGV[4]), node)
  end
end
return { before or '', dead, redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now - ARGV[3], '+inf') }
