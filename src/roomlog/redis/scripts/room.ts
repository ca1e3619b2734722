/**
 * What every script on a room begins with. A room's keys share one hash slot:
 *
 * - KEYS[1], a hash: `e` epoch, `p` position, `t` time of the newest entry, `b` position of the newest entry that was
 *   for all, `j` joins, `n` stays; of each stay `s:` what others see, `x:` what the log knows, `n:` the node that looks
 *   after it, `v:` through where there is anything for it, `r:` through where it was received; of each user `u:` its
 *   stay; of each node `c:` the position of what it was told last
 * - KEYS[2], a stream: the tail of the log, `<position>-0`: `m` the entry; and by each node that it was told, the position
 *   of what that was told before
 * - KEYS[3], a hash that outlives the stays: the rules, `b:` who is banned, `k:` who waits, `y:` who was let in, `updated`, `closed`
 * - KEYS[4], a list: the newest messages to all
 * - beside them, of each stay, a sorted set of what it sent, by position
 *
 * A node is told what is for the stays that it looks after, on a channel of its own, `KEYS[1]@node`: an entry, and before
 * it the position of what that node was told before, so that it notices what it has missed.
 */
export const ROOM = `
local H, L, D, C = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local room, stays, made = nil, {}, {}
local replies, options = {}, nil

local function txt(number) return string.format('%.0f', number) end
local function present(value) return value ~= nil and value ~= false and value ~= cjson.null end

-- Reads the whole room; answers whether there is one.
local function load(now)
  local fields = redis.call('HGETALL', H)
  local f = {}
  for i = 1, #fields, 2 do f[fields[i]] = fields[i + 1] end
  room = { e = f.e, p = tonumber(f.p or 0), t = math.max(tonumber(f.t or 0), now), b = tonumber(f.b or 0),
    j = tonumber(f.j or 0), n = tonumber(f.n or 0), heard = {} }
  for name, value in pairs(f) do
    if string.sub(name, 1, 2) == 's:' then
      local id = string.sub(name, 3)
      stays[id] = { id = id, seen = cjson.decode(value), known = cjson.decode(f['x:' .. id]),
        visible = tonumber(f['v:' .. id] or 0), received = tonumber(f['r:' .. id] or 0) }
    elseif string.sub(name, 1, 2) == 'c:' then
      room.heard[string.sub(name, 3)] = value
    end
  end
  return room.e ~= nil
end

local function save()
  if room.n > 0 then
    redis.call('HSET', H, 'e', room.e, 'p', txt(room.p), 't', txt(room.t), 'b', txt(room.b), 'j', room.j, 'n', room.n)
  end
end

local function keep(stay)
  redis.call('HSET', H, 's:' .. stay.id, cjson.encode(stay.seen), 'x:' .. stay.id, cjson.encode(stay.known),
    'n:' .. stay.id, stay.known.node, 'v:' .. stay.id, txt(stay.visible), 'r:' .. stay.id, txt(stay.received))
end

-- Those who are in, by join order.
local function ordered()
  local list = {}
  for _, stay in pairs(stays) do list[#list + 1] = stay end
  table.sort(list, function(one, other) return one.seen.joinOrder < other.seen.joinOrder end)
  return list
end

local function ofUser(user)
  for _, stay in pairs(stays) do if stay.seen.user.id == user then return stay end end
  return nil
end

local function host()
  for _, stay in pairs(stays) do if stay.seen.role == 'HOST' then return stay end end
  return nil
end

local function append(to, who, body)
  room.p = room.p + 1
  local position = txt(room.p)
  local message = room.e .. ' ' .. position .. ' ' .. txt(room.t) .. ' ' .. to .. ' ' .. who .. ' ' .. body
  local fields = { 'm', message }
  for id, stay in pairs(stays) do
    local node = stay.known.node
    if (to == '*' or to == id) and room.heard[node] ~= position then
      local heard = room.heard[node] or '0'
      fields[#fields + 1] = node
      fields[#fields + 1] = heard
      redis.call('SPUBLISH', H .. '@' .. node, heard .. ' ' .. message)
      redis.call('HSET', H, 'c:' .. node, position)
      room.heard[node] = position
    end
  end
  redis.call('XADD', L, 'MAXLEN', '~', options.tail, position .. '-0', unpack(fields))
end

-- Tells all but one of a change.
local function tell(change, except)
  append('*', except or '-', 'J' .. cjson.encode(change))
  if except == nil then room.b = room.p return end
  for id, stay in pairs(stays) do
    if id ~= except then
      stay.visible = room.p
      redis.call('HSET', H, 'v:' .. id, txt(room.p))
    end
  end
end

-- Tells one alone.
local function notify(stay, from, notice)
  append(stay.id, from, 'J' .. cjson.encode(notice))
  stay.visible = room.p
  redis.call('HSET', H, 'v:' .. stay.id, txt(room.p))
end

-- Tells one node what is no entry of the log.
local function signal(node, ...)
  redis.call('SPUBLISH', H .. '@' .. node, '! ' .. table.concat({...}, ' '))
end

local function note(kind, participant, reason)
  made[#made + 1] = { type = kind, participant = participant, reason = reason, epoch = room.e, position = room.p,
    at = room.t }
end

local function update(stay, except)
  keep(stay)
  tell({ type = 'ParticipantUpdated', participant = stay.seen }, except)
end

-- Those who wait, in the order of their knocks.
local function waiting()
  local list = {}
  local fields = redis.call('HGETALL', D)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'k:' then
      local knock = cjson.decode(fields[i + 1])
      knock.id = string.sub(fields[i], 3)
      list[#list + 1] = knock
    end
  end
  table.sort(list, function(one, other) return one.order < other.order end)
  return list
end

local function tellHostOfKnocks(stay)
  for _, knock in ipairs(waiting()) do
    notify(stay, '-', { type = 'KnockReceived', knockId = knock.id, user = knock.user })
  end
end

-- Ends a knock: the host hears that nobody waits any more, then the one who waits is told of an answer.
local function endKnock(knock, answer)
  redis.call('HDEL', D, 'k:' .. knock.id)
  local stay = host()
  if stay then notify(stay, '-', { type = 'KnockEnded', knockId = knock.id }) end
  if answer == 'admitted' then redis.call('HSET', D, 'y:' .. knock.id, knock.user.id) end
  if answer then signal(knock.node, 'knock', knock.id, answer) end
end

-- Where nobody is in and nobody waits, what the store may not know yet is remembered for a minute.
local function fade()
  local memorable = false
  for _, field in ipairs(redis.call('HKEYS', D)) do
    local kind = string.sub(field, 1, 2)
    if kind == 'k:' then
      redis.call('PERSIST', D)
      return
    end
    if field ~= 'rules' then memorable = true end
  end
  if room.n > 0 then redis.call('PERSIST', D)
  elseif memorable then redis.call('PEXPIRE', D, 60000)
  else redis.call('UNLINK', D) end
end

local function before(one, other)
  if one.seen.user.isGuest ~= other.seen.user.isGuest then return other.seen.user.isGuest end
  return one.seen.joinOrder < other.seen.joinOrder
end

local function passHostOn()
  local list = ordered()
  table.sort(list, before)
  local stay = list[1]
  if stay == nil then return end
  stay.seen.role = 'HOST'
  update(stay)
  tellHostOfKnocks(stay)
end

-- Ends a stay. Its own client hears of it too, last of all.
local function finish(stay, reason, replaced)
  tell({ type = 'ParticipantLeft', participant = stay.seen, reason = reason })
  note('participant.left', stay.seen, reason)
  stays[stay.id] = nil
  room.n = room.n - 1
  redis.call('HDEL', H, 's:' .. stay.id, 'x:' .. stay.id, 'n:' .. stay.id, 'v:' .. stay.id, 'r:' .. stay.id,
    'u:' .. stay.seen.user.id)
  redis.call('UNLINK', H .. ':sent:' .. stay.id)
  if replaced then return end
  if room.n == 0 then
    note('room.ended')
    redis.call('UNLINK', H, L, C)
    fade()
  elseif stay.seen.role == 'HOST' then
    passHostOn()
  end
end

-- The newest rules of those that are known and those that somebody comes with.
local function newest(rules)
  local known = redis.call('HGET', D, 'rules')
  known = known and cjson.decode(known)
  if known and known.revision >= rules.revision then return known end
  return rules
end

local function isBanned(user, ...)
  if redis.call('HEXISTS', D, 'b:' .. user) == 1 then return true end
  for _, rules in ipairs({...}) do
    for _, id in ipairs(rules.banned) do if id == user then return true end end
  end
  return false
end

-- Whether the room was closed a moment ago: a join that began before must not make it anew.
local function wasClosed(now, forMs)
  local closed = redis.call('HGET', D, 'closed')
  return closed and now - tonumber(closed) < forMs
end

local function list(items)
  if #items == 0 then return '[]' end
  return cjson.encode(items)
end

-- Every answer: what it is, and what was made, for those who observe.
local function answer(value)
  return { value, list(made) }
end
`;
