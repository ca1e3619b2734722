-- What a decision is made of. KEYS: hash. ARGV: the node, the revision it knows the state of, a member and an id by which
-- it may have posted before, or ''. Answers the revision, the state unless it is known, the time, what the time is ahead
-- of Redis' clock, the node's last attempt, and the cursor's parts of what was posted before.
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local f = redis.call('HMGET', KEYS[1], 'r', 's', 't', 'l', 'a:' .. ARGV[1], 'e', 'u:' .. ARGV[3])
local now, newest = clock + (f[4] or 0), tonumber(f[3] or 0)
-- Time goes on from where it was, also where the clock was set back.
if now < newest then now = newest end
local before = ''
if ARGV[4] ~= '' and f[7] then
  local position = redis.call('ZSCORE', KEYS[1] .. ':posted:' .. f[7], ARGV[4])
  if position then before = f[6] .. ' ' .. position end
end
local known = f[1] and f[1] == ARGV[2]
return { f[1] or '', known and '' or f[2] or '', string.format('%.0f', now), string.format('%.0f', now - clock),
  f[5] or '', before }
