-- Notes the positions through which followers have received everything. KEYS: hash. ARGV: follower, epoch, position,
-- follower, …
local epoch = redis.call('HGET', KEYS[1], 'e')
for i = 1, #ARGV, 3 do
  local before = redis.call('HGET', KEYS[1], 'r:' .. ARGV[i])
  if before and ARGV[i + 1] == epoch and tonumber(before) < tonumber(ARGV[i + 2]) then
    redis.call('HSET', KEYS[1], 'r:' .. ARGV[i], ARGV[i + 2])
  end
end
return 1
