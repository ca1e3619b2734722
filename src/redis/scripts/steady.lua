-- The time that the nodes share. KEYS: that time, and what Redis' clock said when it was stored. ARGV: the time by the
-- node that asks, or '' if it does not know it. The later one is stored. Answers Redis' clock, and what was stored before.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local f = redis.call('HMGET', KEYS[1], 'steady', 'at')
if ARGV[1] ~= '' and tonumber(ARGV[1]) > tonumber(f[1] or 0) then
  redis.call('HSET', KEYS[1], 'steady', ARGV[1], 'at', string.format('%.0f', now))
end
return { string.format('%.0f', now), f[1] or '', f[2] or '' }
