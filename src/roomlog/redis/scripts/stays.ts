/** The last lines of a script that must not take effect late: whoever asked has given up by then. */
const LATE = `
local function late(deadline)
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000 > deadline
end
`;

/** Joins, resumes or takes over. ARGV: the request in JSON. */
export const ENTER = `${LATE}
local NO_MEDIA = { audio = false, video = false, screen = false }
local q = cjson.decode(ARGV[1])
options = q
if late(q.deadline) then return answer('late') end

local there = load(q.now)
if wasClosed(q.now, q.closedMs) then return answer('closed') end
local rules = newest(q.rules)
local user = q.user.id
if isBanned(user, q.rules, rules) then return answer('banned') end

local mine = ofUser(user)

local function sameMedia(one, other)
  return one.audio == other.audio and one.video == other.video and one.screen == other.screen
end

-- The head of the answer, the entries that were missed, and the messages that are kept.
local function entered(stay, position, recovered, missed)
  local others = {}
  for _, other in ipairs(ordered()) do
    if other.id ~= stay.id then others[#others + 1] = other.seen end
  end
  local head = { self = stay.seen, others = others, epoch = room.e, position = position, at = room.t, through = room.p,
    fence = stay.known.fence, recovered = recovered, received = stay.received }
  local history = recovered and {} or redis.call('LRANGE', C, 0, -1)
  return { cjson.encode(head), list(made), missed, history }
end

local function tailAfter(from, since)
  local wanted = room.p - from
  if wanted == 0 then return {} end
  if wanted > q.tail then return nil end
  local missed = {}
  for _, entry in ipairs(redis.call('XRANGE', L, txt(from + 1) .. '-0', '+')) do missed[#missed + 1] = entry[2][2] end
  if #missed < wanted then return nil end
  local at = string.match(missed[1], '^%S+ %S+ (%S+) ')
  if tonumber(at) < since then return nil end
  return missed
end

if mine and present(q.clientKey) and mine.known.key == q.clientKey then
  local stay = mine
  if q.received > stay.received then stay.received = q.received end
  local from = stay.received
  if present(q.after) then
    local after = q.after
    local served = after.epoch == room.e and after.position >= stay.known.joined and after.position <= room.p
    from = served and after.position or nil
  end
  local changed = false
  if stay.seen.connection == 'RECONNECTING' then
    stay.seen.connection = 'CONNECTED'
    changed = true
  end
  if present(q.media) then
    local announced = stay.known.media
    stay.known.media = q.media
    if not (announced and sameMedia(q.media, announced)) and not sameMedia(q.media, stay.seen.media) then
      stay.seen.media = q.media
      changed = true
    end
  end
  local seenThrough = math.max(stay.visible, room.b)
  local since = (stay.known.lostAt or room.t) - q.replayMs
  local holder = stay.known.node
  stay.known.lostAt = false
  stay.known.session = q.sessionId
  stay.known.node = q.node
  stay.known.attempt = q.attempt
  stay.known.fence = stay.known.fence + 1
  if changed then tell({ type = 'ParticipantUpdated', participant = stay.seen }, stay.id) end
  local missed = nil
  if from then
    if from >= seenThrough then missed = {} else missed = tailAfter(from, since) end
  end
  if missed and from > stay.received then stay.received = from end
  keep(stay)
  if holder ~= q.node then signal(holder, 'moved', stay.id, stay.known.fence) end
  local result = entered(stay, missed and from or room.p, missed ~= nil, missed or {})
  if stay.seen.role == 'HOST' then tellHostOfKnocks(stay) end
  save()
  return result
end

if mine and not q.takeOver then return answer('elsewhere') end
local pass = nil
if not mine and user ~= rules.ownerId then
  if rules.access == 'LOCKED' then return answer('locked') end
  if rules.access == 'KNOCK' then
    if present(q.pass) and redis.call('HGET', D, 'y:' .. q.pass) == user then pass = q.pass else return answer('knock') end
  end
end
if room.n - (mine and 1 or 0) >= rules.capacity then
  return { 'full ' .. rules.capacity, '[]' }
end

-- Decided: from here on it is done.
if pass then redis.call('HDEL', D, 'y:' .. pass) end
local first = room.n == 0
if not there then room.e = q.epoch end
redis.call('HSET', D, 'rules', cjson.encode(rules))
redis.call('PERSIST', D)
local wasHost = mine and mine.seen.role == 'HOST'
if mine then finish(mine, 'REPLACED', true) end
local acting = host()
if user == rules.ownerId and acting then
  acting.seen.role = 'MEMBER'
  update(acting)
end
local role = (wasHost or host() == nil) and 'HOST' or 'MEMBER'
room.j = room.j + 1
room.n = room.n + 1
local stay = {
  id = q.id,
  seen = { id = q.id, user = q.user, role = role, joinOrder = room.j, media = present(q.media) and q.media or NO_MEDIA,
    handRaised = false, handRaisedAt = cjson.null, connection = 'CONNECTED', joinedAt = room.t },
  known = { session = q.sessionId, key = present(q.clientKey) and q.clientKey or false,
    fence = 1, node = q.node, attempt = q.attempt, lostAt = false, media = present(q.media) and q.media or false },
}
tell({ type = 'ParticipantJoined', participant = stay.seen })
if first then note('room.started') end
note('participant.joined', stay.seen)
stay.known.joined, stay.visible, stay.received = room.p, room.p, room.p
stays[stay.id] = stay
redis.call('HSET', H, 'u:' .. user, stay.id)
keep(stay)
local result = entered(stay, room.p, false, {})
if role == 'HOST' then tellHostOfKnocks(stay) end
save()
return result
`;

/** Lets go of a stay. ARGV: stay, fence or the attempt that took the hold, received through, now, tail. */
export const DETACH = `
options = { tail = ARGV[5] }
if not load(tonumber(ARGV[4])) then return answer('none') end
local stay = stays[ARGV[1]]
if stay == nil and string.sub(ARGV[1], 1, 1) == '@' then stay = ofUser(string.sub(ARGV[1], 2)) end
if stay == nil then return answer('none') end
if txt(stay.known.fence) ~= ARGV[2] and stay.known.attempt ~= ARGV[2] then return answer('outdated') end
if stay.known.lostAt then return answer('none') end
if not stay.known.key then
  finish(stay, 'DISCONNECTED')
  save()
  return answer('ended')
end
if tonumber(ARGV[3]) > stay.received then stay.received = tonumber(ARGV[3]) end
stay.seen.connection = 'RECONNECTING'
stay.known.lostAt = room.t
update(stay, stay.id)
save()
return answer('away')
`;

/** Ends the stay of a hold. ARGV: stay, fence, reason, 1 where it must be away, now, tail. */
export const RELEASE = `
options = { tail = ARGV[6] }
if not load(tonumber(ARGV[5])) then return answer('none') end
local stay = stays[ARGV[1]]
if stay == nil or txt(stay.known.fence) ~= ARGV[2] then return answer('outdated') end
if ARGV[4] == '1' and not stay.known.lostAt then return answer('outdated') end
finish(stay, ARGV[3])
save()
return answer('ended')
`;

/** Ends the stay of a user. ARGV: user, reason, the only stay that is meant or '', now, tail. */
export const END = `
options = { tail = ARGV[5] }
if not load(tonumber(ARGV[4])) then return answer('not in') end
local stay = ofUser(ARGV[1])
if stay == nil or (ARGV[3] ~= '' and ARGV[3] ~= stay.id) then return answer('not in') end
finish(stay, ARGV[2])
save()
return answer(cjson.encode(stay.seen))
`;

/** Takes over what a node that is dead looked after. ARGV: the dead node, this node, now, tail, grace. */
export const ADOPT = `
options = { tail = ARGV[4] }
local dead, me, now, grace = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[5])
local there = load(now)
for _, knock in ipairs(waiting()) do
  if knock.node == dead then endKnock(knock) end
end
local away = {}
for _, stay in ipairs(ordered()) do
  local known = stay.known
  if known.node == dead then
    known.node = me
    known.fence = known.fence + 1
    signal(dead, 'lost', stay.id, txt(known.fence))
    if not known.key then
      finish(stay, 'DISCONNECTED')
    else
      if not known.lostAt then
        known.lostAt = room.t
        stay.seen.connection = 'RECONNECTING'
        update(stay, stay.id)
      else
        keep(stay)
      end
      away[#away + 1] = { id = stay.id, user = stay.seen.user.id, session = known.session, fence = known.fence,
        remainingMs = math.min(grace, math.max(0, grace - (room.t - known.lostAt))) }
    end
  end
end
if there then save() end
fade()
return { list(away), list(made), room.e or '', txt(room.p) }
`;

/** Notes through where stays have received everything. ARGV: stay, position, stay, position, … */
export const RECEIVED = `
for i = 1, #ARGV, 2 do
  local before = redis.call('HGET', KEYS[1], 'r:' .. ARGV[i])
  if before and tonumber(before) < tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[1], 'r:' .. ARGV[i], ARGV[i + 1]) end
end
return 1
`;

/**
 * What a node was told while it could not listen. ARGV: the node, epoch, position, then the stays it holds. Answers whether
 * nothing of that is missing, the entries, the fence of each stay or '', and the knocks that wait. What was for others may
 * have left the tail.
 */
export const CATCH_UP = `
local state = redis.call('HMGET', KEYS[1], 'e', 'p', 'c:' .. ARGV[1])
local fences, entries, ids = {}, {}, {}
local position = tonumber(ARGV[3])
local goes = state[1] == ARGV[2] and tonumber(state[2]) >= position
if goes and tonumber(state[3] or 0) > position then
  goes = false
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], txt(position + 1) .. '-0', '+')) do
    local fields = entry[2]
    for i = 3, #fields, 2 do
      if fields[i] == ARGV[1] then
        -- The first one: what was told before it is known.
        if #entries == 0 then goes = tonumber(fields[i + 1]) <= position end
        entries[#entries + 1] = fields[2]
      end
    end
  end
end
for i = 4, #ARGV do
  local known = redis.call('HGET', KEYS[1], 'x:' .. ARGV[i])
  fences[#fences + 1] = known and txt(cjson.decode(known).fence) or ''
end
for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
  if string.match(field, '^[ky]:') then ids[#ids + 1] = field end
end
return { goes and 1 or 0, entries, fences, ids }
`;
