/**
 * A node's sign of life. KEYS: nodes. ARGV: this node, after how long without one a node is dead, how far apart this
 * node's own signs may be so that it may judge, how long the care for a dead one is left to it; all in milliseconds.
 * Answers when this node was last heard of before, or '', and the dead that it is to care for.
 */
export const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
local dead = {}
-- Whoever was not heard either cannot tell whether the others are dead or Redis was away.
if before and now - before <= tonumber(ARGV[3]) then
  dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
  for _, node in ipairs(dead) do
    redis.call('ZADD', KEYS[1], string.format('%.0f', now - ARGV[2] + ARGV[4]), node)
  end
end
return { before or '', dead }
`;

/** Forgets a node that nobody has anything left to care for of. KEYS: nodes. ARGV: the node, its score at most. */
export const BURY = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and tonumber(score) <= now - tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
`;
