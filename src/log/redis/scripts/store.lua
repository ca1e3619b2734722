-- Continues steps.lua: carries out all steps, stores the new state of the log, and publishes last.
while at <= #ARGV do does[take(1)]() end

local record = table.concat({ attempt, log.e, text(first), place, from, received }, ' ')
redis.call('HSET', H, mine, record)
local result = answer(record)
if ARGV[12] == '1' then
  redis.call('UNLINK', L, K)
  for _, field in ipairs(redis.call('HKEYS', H)) do
    if string.match(field, '^[eipwfboxz]$') or string.sub(field, 1, 2) == 'c:' then redis.call('HDEL', H, field) end
  end
  -- Attempts are kept for a minute, so that none is stored twice.
  if ARGV[4] == '' then redis.call('HDEL', H, 's') redis.call('PEXPIRE', H, 60000) end
else
  redis.call('HSET', H, 'e', log.e, 'i', who, 'p', text(log.p), 'w', text(log.w), 'f', text(log.f), 'b', text(b),
    'o', text(o), 'x', x, 'z', text(log.z))
end
publish()
return result
