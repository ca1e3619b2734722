/**
 * A node's sign of life. KEYS: nodes. ARGV: this node, after how long without one a node is dead, how far apart this
 * node's own signs may be so that it may judge, how long the care for a dead one is left to it; all in milliseconds.
 * Answers when this node was last heard of before, or '', the dead that it is to care for, and who
 * was heard of within the third.
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
return { before or '', dead, redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now - ARGV[3], '+inf') }
`;

/** Forgets a node that nobody has anything left to care for of. KEYS: nodes. ARGV: the node, its score at most. */
export const BURY = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and tonumber(score) <= now - tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
`;

/**
 * Notes how many sockets an owner has at a node. KEYS: the owner's sockets. ARGV: the node, how many, the nodes that live.
 * Answers how many there are at those.
 */
export const TALLY = `
if ARGV[2] == '0' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
-- What nodes leave behind that die is gone a day after the owner was last seen.
redis.call('EXPIRE', KEYS[1], 86400)
local all = 0
for i = 3, #ARGV do all = all + (redis.call('HGET', KEYS[1], ARGV[i]) or 0) end
return all
`;
