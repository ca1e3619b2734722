/**
 * Appends a signal. It is what is asked most, so it reads and writes no more than it must. KEYS: room, tail. ARGV:
 * sender's user, addressee, id or '', body, now, tail. Answers the epoch and the position.
 */
export const SEND = `
local state = redis.call('HMGET', KEYS[1], 'e', 'p', 't', 'u:' .. ARGV[1], 'v:' .. ARGV[2])
local sender = state[4]
if not sender then return 'not in' end
local sent = KEYS[1] .. ':sent:' .. sender
if ARGV[3] ~= '' then
  local before = redis.call('ZSCORE', sent, ARGV[3])
  if before then return state[1] .. ' ' .. before end
end
if not state[5] or sender == ARGV[2] then return 'no peer' end
local position = string.format('%.0f', state[2] + 1)
local at = tonumber(ARGV[5]) > tonumber(state[3]) and ARGV[5] or state[3]
local message = state[1] .. ' ' .. position .. ' ' .. at .. ' ' .. ARGV[2] .. ' ' .. sender .. ' ' .. ARGV[4]
redis.call('HSET', KEYS[1], 'p', position, 't', at, 'v:' .. ARGV[2], position)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], position .. '-0', 'm', message)
redis.call('SPUBLISH', KEYS[1], message)
if ARGV[3] ~= '' then
  redis.call('ZADD', sent, position, ARGV[3])
  redis.call('ZREMRANGEBYRANK', sent, 0, -4097)
end
return state[1] .. ' ' .. position
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
  if before then return answer(room.e .. ' ' .. before) end
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
return answer(room.e .. ' ' .. txt(room.p))
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
