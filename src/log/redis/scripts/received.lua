-- Notes the positions through which followers have received everything. KEYS: hash. ARGV: follower, position, follower,
-- position, …
for i = 1, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[1], 'r:' .. ARGV[i])
  if before and tonumber(before) < tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[1], 'r:' .. ARGV[i], ARGV[i + 1]) end
end
return 1
