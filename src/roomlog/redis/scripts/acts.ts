/**
 * Appends signals. It is what is asked most, so it reads and writes no more than it must. KEYS: room and tail of each.
 * ARGV: now, tail; then, of each, sender's user, addressee, id or '', body. Answers `=`, the epoch and the position of
 * each, or why not.
 */
export const SEND = `
local now = tonumber(ARGV[1])

local function send(room, tail, user, to, id, body)
  local state = redis.call('HMGET', room, 'e', 'p', 't', 'u:' .. user, 'n:' .. to)
  local sender = state[4]
  if not sender then return 'not in' end
  local sent = room .. ':sent:' .. sender
  if id ~= '' then
    local before = redis.call('ZSCORE', sent, id)
    if before then return '=' .. state[1] .. ' ' .. before end
  end
  local node = state[5]
  if not node or sender == to then return 'no peer' end
  local position = string.format('%.0f', state[2] + 1)
  local at = now > tonumber(state[3]) and ARGV[1] or state[3]
  local message = state[1] .. ' ' .. position .. ' ' .. at .. ' ' .. to .. ' ' .. sender .. ' ' .. body
  local heard = redis.call('HGET', room, 'c:' .. node) or '0'
  redis.call('HSET', room, 'p', position, 't', at, 'v:' .. to, position, 'c:' .. node, position)
  redis.call('XADD', tail, 'MAXLEN', '~', ARGV[2], position .. '-0', 'm', message, node, heard)
  redis.call('SPUBLISH', room .. '@' .. node, heard .. ' ' .. message)
  if id ~= '' then
    redis.call('ZADD', sent, position, id)
    redis.call('ZREMRANGEBYRANK', sent, 0, -4097)
  end
  return '=' .. state[1] .. ' ' .. position
end

local answers = {}
for i = 1, #KEYS, 2 do
  local first = 2 * i + 1
  answers[#answers + 1] =
    send(KEYS[i], KEYS[i + 1], ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3])
end
return answers
`;

/** Appends a message. ARGV: sender's user, addressee or '', text in JSON, id or '', now, tail, messages that are kept. */
export const MESSAGE = `
options = { tail = ARGV[6] }
if not load(tonumber(ARGV[5])) then return answer('not in') end
local sender = ofUser(ARGV[1])
if sender == nil then return answer('not in') end
local sent = H .. ':sent:' .. sender.id
if ARGV[4] ~= '' then
  local before = redis.call('ZSCORE', sent, ARGV[4])
  if before then
    -- Its time stands in the tail alone; one that has left it was said before now.
    local entry = redis.call('XRANGE', L, before .. '-0', before .. '-0')[1]
    local at = entry and string.match(entry[2][2], '^%S+ %S+ (%S+)') or txt(room.t)
    return answer(room.e .. ' ' .. before .. ' ' .. at)
  end
end
local text = cjson.decode(ARGV[3])[1]
local user = sender.seen.user
if ARGV[2] == '' then
  tell({ type = 'MessageReceived', from = sender.id, user = user, text = text, private = false }, sender.id)
  redis.call('RPUSH', C, cjson.encode({ position = room.p, at = room.t, from = sender.id, user = user, text = text }))
  redis.call('LTRIM', C, -tonumber(ARGV[7]), -1)
else
  local addressee = stays[ARGV[2]]
  if addressee == nil or addressee == sender then return answer('no peer') end
  notify(addressee, sender.id, { type = 'MessageReceived', user = user, text = text, private = true })
end
save()
if ARGV[4] ~= '' then
  redis.call('ZADD', sent, txt(room.p), ARGV[4])
  redis.call('ZREMRANGEBYRANK', sent, 0, -4097)
end
return answer(room.e .. ' ' .. txt(room.p) .. ' ' .. txt(room.t))
`;

/** Changes what the others see of a participant. ARGV: user, the change in JSON, now, tail. */
export const CHANGE = `
options = { tail = ARGV[4] }
if not load(tonumber(ARGV[3])) then return answer('not in') end
local stay = ofUser(ARGV[1])
if stay == nil then return answer('not in') end
local change = cjson.decode(ARGV[2])
local changed = false
if change.media then
  for kind, on in pairs(change.media) do
    if stay.seen.media[kind] ~= on then
      stay.seen.media[kind] = on
      changed = true
    end
  end
end
if change.handRaised ~= nil and change.handRaised ~= stay.seen.handRaised then
  stay.seen.handRaised = change.handRaised
  stay.seen.handRaisedAt = change.handRaised and room.t or cjson.null
  changed = true
end
if change.user and change.user.name ~= stay.seen.user.name then
  stay.seen.user = change.user
  changed = true
end
if changed then
  update(stay)
  save()
end
return answer(cjson.encode(stay.seen))
`;

/** Who is in, each in JSON, by join order. ARGV: none. */
export const PARTICIPANTS = `
local seen = {}
if load(0) then
  for _, stay in ipairs(ordered()) do seen[#seen + 1] = stay.seen end
end
return answer(list(seen))
`;
