/** Finds who asks as the host, or answers why not. */
const ASK_AS_HOST = `
local function asHost(user)
  local stay = ofUser(user)
  if stay == nil then return nil, 'not in' end
  if stay.seen.role ~= 'HOST' then return nil, 'not host' end
  return stay, nil
end
`;

/** Ends another's stay. ARGV: the host's user or '' for whoever runs the server, participant, 1 to ban, now, tail. */
export const REMOVE = `${ASK_AS_HOST}
options = { tail = ARGV[5] }
load(tonumber(ARGV[4]))
local by, refusal
if ARGV[1] ~= '' then by, refusal = asHost(ARGV[1]) end
if refusal then return answer(refusal) end
local stay = stays[ARGV[2]]
if stay == nil or stay == by then return answer('no peer') end
if ARGV[3] == '1' then redis.call('HSET', D, 'b:' .. stay.seen.user.id, 1) end
finish(stay, 'REMOVED')
save()
return answer(cjson.encode(stay.seen))
`;

/** Asks another to mute. ARGV: the host's user, participant, now, tail. */
export const MUTE = `${ASK_AS_HOST}
options = { tail = ARGV[4] }
load(tonumber(ARGV[3]))
local by, refusal = asHost(ARGV[1])
if refusal then return answer(refusal) end
local stay = stays[ARGV[2]]
if stay == nil or stay == by then return answer('no peer') end
notify(stay, by.id, { type = 'MuteRequested', by = by.id })
save()
return answer('done')
`;

/** Takes new rules. ARGV: the rules in JSON, the room as all may see it in JSON, now, tail. */
export const UPDATE = `
options = { tail = ARGV[4] }
local there = load(tonumber(ARGV[3]))
local rules = cjson.decode(ARGV[1])
local known = redis.call('HGET', D, 'rules')
if known and cjson.decode(known).revision >= rules.revision then return answer('known') end
redis.call('HSET', D, 'rules', ARGV[1], 'updated', 1)
if there then append('*', '-', 'R' .. ARGV[2]) room.b = room.p end
if rules.access ~= 'KNOCK' then
  for _, knock in ipairs(waiting()) do endKnock(knock, rules.access == 'OPEN' and 'admitted' or 'denied') end
end
if there then save() end
fade()
return answer('done')
`;

/** Waits before a room. ARGV: the request in JSON. */
export const KNOCK = `
local q = cjson.decode(ARGV[1])
options = q
local there = load(q.now)
if wasClosed(q.now, q.closedMs) then return answer('closed') end
local rules = newest(q.rules)
local user = q.user.id
local banned = isBanned(user, q.rules, rules)
redis.call('HSET', D, 'rules', cjson.encode(rules))
local function done(result)
  if there then save() end
  fade()
  return answer(result)
end
local queue = waiting()
for _, knock in ipairs(queue) do
  if knock.user.id == user and knock.id ~= q.id then
    endKnock(knock, 'replaced')
    queue = waiting()
    break
  end
end
if banned or rules.access == 'LOCKED' then return done('denied') end
if rules.access == 'OPEN' then
  redis.call('HSET', D, 'y:' .. q.id, user)
  return done('admitted')
end
if #queue >= q.lobby then return done('too many') end
local last = queue[#queue]
redis.call('HSET', D, 'k:' .. q.id, cjson.encode({ user = q.user, node = q.node, order = last and last.order + 1 or 1 }))
local stay = host()
if stay then notify(stay, '-', { type = 'KnockReceived', knockId = q.id, user = q.user }) end
return done('waits')
`;

/** Ends a knock. ARGV: the host's user or '' where it is withdrawn, knock, admitted or denied or '', now, tail. */
export const END_KNOCK = `${ASK_AS_HOST}
options = { tail = ARGV[5] }
local there = load(tonumber(ARGV[4]))
if ARGV[1] ~= '' then
  local _, refusal = asHost(ARGV[1])
  if refusal then return answer(refusal) end
end
local found = redis.call('HGET', D, 'k:' .. ARGV[2])
if not found then return answer('no knock') end
local knock = cjson.decode(found)
knock.id = ARGV[2]
endKnock(knock, ARGV[3] ~= '' and ARGV[3] or nil)
if there then save() end
fade()
return answer('done')
`;

/** Ends every stay and every knock, for good. ARGV: reason, now, tail. */
export const CLOSE = `
options = { tail = ARGV[3] }
if load(tonumber(ARGV[2])) then
  for _, stay in ipairs(ordered()) do
    tell({ type = 'ParticipantLeft', participant = stay.seen, reason = 'ROOM_CLOSED' })
    note('participant.left', stay.seen, 'ROOM_CLOSED')
    redis.call('UNLINK', H .. ':sent:' .. stay.id)
  end
  tell({ type = 'RoomClosed', reason = ARGV[1] })
  note('room.ended')
end
for _, knock in ipairs(waiting()) do signal(knock.node, 'knock', knock.id, 'closed') end
redis.call('UNLINK', H, L, C, D)
redis.call('HSET', D, 'closed', ARGV[2])
redis.call('PEXPIRE', D, 60000)
return answer('done')
`;
