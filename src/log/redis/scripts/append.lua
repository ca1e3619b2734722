-- Appends entries; commit.lua and send.lua begin with this file. `log` holds fields of an aggregate's hash: e: epoch,
-- p: position, t: time, w: bytes of all entries so far, f: bytes of the entries that have left the tail, i: identity of
-- the Redis that wrote it, z: the position at which the epoch began.

local function text(number) return string.format('%.0f', number) end

-- Messages for nodes are published when everything is written, so that no node hears of an entry that Redis then
-- refuses to write. While a slot of a Redis Cluster moves, a node may listen at its old place. If nobody hears a
-- message, the node is told over the whole cluster to look for what is missing.
local messages = {}
local function publish()
  for i = 1, #messages, 2 do
    if redis.call('SPUBLISH', messages[i], messages[i + 1]) == 0 then
      local name, key, node = string.match(messages[i], '{([^/]+)/(.*)}@([^@]+)$')
      if name then redis.call('PUBLISH', 'peerql:' .. name .. ':unheard:' .. node, key) end
    end
  end
end

-- Begins another epoch. It shares no position with the one before, so what was received of that one does not count here.
local function turn(tail, log, epoch)
  redis.call('UNLINK', tail)
  if log.e then log.p = log.p + 1 end
  log.e, log.z = epoch, log.p
end

-- A message for a node begins with the position of the previous entry for that node, so that the node notices what it
-- has missed.
local function append(hash, tail, log, to, who, ends, body, weight, nodes, limits)
  log.p = log.p + 1
  local position = text(log.p)
  local message = table.concat({ log.e, position, text(log.t), to, who, ends, body }, ' ')
  local fields = { 'm', message, 'w', text(log.w) }
  for _, node in ipairs(nodes) do
    local before = redis.call('HGET', hash, 'c:' .. node) or '0'
    fields[#fields + 1] = node
    fields[#fields + 1] = before
    redis.call('HSET', hash, 'c:' .. node, position)
    messages[#messages + 1] = hash .. '@' .. node
    messages[#messages + 1] = before .. ' ' .. message
  end
  redis.call('XADD', tail, 'MAXLEN', '~', limits.entries, position .. '-0', unpack(fields))
  log.w = log.w + weight
  while log.w - log.f > limits.bytes do
    local oldest = redis.call('XRANGE', tail, '-', '+', 'COUNT', 2)
    if #oldest < 2 then break end
    redis.call('XTRIM', tail, 'MINID', oldest[2][1])
    log.f = tonumber(oldest[2][2][4])
  end
  return message
end
