-- Reads everything that a decision needs. KEYS: hash, tail. ARGV: the node, the revision whose state it knows, a member
-- and an id with which it may have posted before, or ''. Answers the revision, the state ('' if the node knows it), the
-- time, how far the time is ahead of Redis' clock, the node's last attempt, epoch, position and time of the earlier post
-- or '', when the last decision was made, and that time with what time it was then for all nodes, or ''.
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local f = redis.call('HMGET', KEYS[1], 'r', 's', 't', 'l', 'a:' .. ARGV[1], 'e', 'u:' .. ARGV[3], 'm')
local now, newest = clock + (f[4] or 0), tonumber(f[3] or 0)
-- Time never goes back, even if the clock was set back.
if now < newest then now = newest end
local before = ''
if ARGV[4] ~= '' and f[7] then
  local position = redis.call('ZSCORE', KEYS[1] .. ':posted:' .. f[7], ARGV[4])
  if position then
    -- Only the tail has the time of the post. If the entry has left the tail, the present time is used.
    local entry = redis.call('XRANGE', KEYS[2], position .. '-0', position .. '-0')[1]
    local at = entry and string.match(entry[2][2], '^%S+ %S+ (%S+)') or string.format('%.0f', now)
    before = f[6] .. ' ' .. position .. ' ' .. at
  end
end
local known = f[1] and f[1] == ARGV[2]
return { f[1] or '', known and '' or f[2] or '', string.format('%.0f', now), string.format('%.0f', now - clock),
  f[5] or '', before, string.format('%.0f', newest), f[8] or '' }
