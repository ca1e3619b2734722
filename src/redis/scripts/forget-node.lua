-- Forgets a dead node when nothing of it is left. KEYS: nodes. ARGV: the node, and how old its last sign of life must
-- be, in milliseconds. A node that has come back meanwhile is kept.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and tonumber(score) <= now - tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
