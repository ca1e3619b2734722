-- Continues commit.lua: one function for each kind of step.

-- Whether the tail still has all entries after `after`, none of them older than `since`.
local function holds(after, since)
  if log.p - after > tonumber(limits.entries) then return false end
  local oldest = redis.call('XRANGE', L, text(after + 1), '+', 'COUNT', 1)[1]
  return oldest and oldest[1] == text(after + 1) .. '-0' and log.w - oldest[2][4] <= limits.bytes
    and tonumber(string.match(oldest[2][2], '^%S+ %S+ (%S+)')) >= since
end

-- Through where a follower has received this log, of what is stored and what its node knows of an epoch.
local function receivedBy(id, epoch, known)
  local stored = tonumber(redis.call('HGET', H, 'r:' .. id) or 0)
  return epoch == log.e and math.max(stored, tonumber(known)) or stored
end

local does = {
  entry = function()
    local to, by, ends, body, weight, kept, count = take(7)
    local message = append(H, L, log, to, by, ends, body, tonumber(weight), { take(tonumber(count)) }, limits)
    if to ~= '*' then return redis.call('HSET', H, 'v:' .. to, text(log.p)) end
    if by ~= x or x == '-' then o = b end
    b, x = log.p, by
    if kept ~= '' then redis.call('RPUSH', K, message) redis.call('LTRIM', K, -ARGV[11], -1) end
  end,
  begin = function()
    local id, member, node, fence = take(4)
    -- The content of its first answer may be lost with its socket.
    place, from, received = text(log.p), '-', text(log.p - 1)
    redis.call('HSET', H, 'n:' .. id, node, 'h:' .. id, fence, 'u:' .. member, id, 'j:' .. id, place, 'v:' .. id, place,
      'r:' .. id, received)
  end,
  hold = function()
    local id, node, fence, epoch, after, of, known, since = take(8)
    local h = redis.call('HMGET', H, 'j:' .. id, 'v:' .. id)
    local had = receivedBy(id, of, known)
    local start = epoch == '' and math.max(had, tonumber(h[1])) or tonumber(after)
    local served = (epoch == '' or epoch == log.e) and f[10] == who and start >= math.max(tonumber(h[1]), log.z)
      and start <= log.p
    if served and (start >= math.max(tonumber(h[2]), id == x and o or b) or holds(start, tonumber(since))) then
      from = text(start)
      if epoch ~= '' then had = math.max(had, start) end
    else from = '-' end
    place, received = text(log.p), text(had)
    redis.call('HSET', H, 'n:' .. id, node, 'h:' .. id, fence, 'r:' .. id, received)
  end,
  node = function()
    local id, node, fence, of, known = take(5)
    redis.call('HSET', H, 'n:' .. id, node, 'h:' .. id, fence, 'r:' .. id, text(receivedBy(id, of, known)))
  end,
  finish = function()
    local id, member = take(2)
    redis.call('HDEL', H, 'n:' .. id, 'h:' .. id, 'u:' .. member, 'j:' .. id, 'v:' .. id, 'r:' .. id)
    redis.call('UNLINK', H .. ':sent:' .. id, H .. ':posted:' .. id)
  end,
  post = function()
    local id, post = take(2)
    redis.call('ZADD', H .. ':posted:' .. id, text(log.p), post)
    redis.call('ZREMRANGEBYRANK', H .. ':posted:' .. id, 0, -4097)
  end,
  tell = function() messages[#messages + 1], messages[#messages + 2] = take(2) end,
  answer = function() local id, how = take(2) redis.call('HSET', H, 'w:' .. id, how) end,
}
