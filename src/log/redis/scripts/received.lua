-- Notes the positions through which followers have received everything. KEYS: hash. ARGV: follower, epoch, position,
-- follower, …
local log = redis.call('HMGET', KEYS[1], 'e', 'p')
for i = 1, #ARGV, 3 do
  local before = redis.call('HGET', KEYS[1], 'r:' .. ARGV[i])
  local position = tonumber(ARGV[i + 2])
  -- A position that is not there yet was lost in a failover. The new log will have something else at it.
  local isThere = ARGV[i + 1] == log[1] and position <= tonumber(log[2])
  if before and isThere and tonumber(before) < position then
    redis.call('HSET', KEYS[1], 'r:' .. ARGV[i], ARGV[i + 2])
  end
end
return 1
