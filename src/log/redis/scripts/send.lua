-- Appends what members send to followers, without decisions. KEYS: hash and tail of each send. ARGV: identity, new
-- epoch, entries and bytes of a tail; then for each send: member, addressee, id or '', body, weight, and the follower
-- and fence of the sender's hold or ''. Answers for each send `=` with epoch and position, or why it is refused.
local who = identity(ARGV[1])
local limits = { entries = ARGV[3], bytes = tonumber(ARGV[4]) }
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function send(hash, tail, member, to, id, body, weight, hold)
  local follower, fence = string.match(hold, '^(%S+) (%S+)$')
  local f = redis.call('HMGET', hash, 'e', 'p', 't', 'l', 'w', 'f', 'i', 'u:' .. member, 'n:' .. to,
    'h:' .. (follower or ''), 'z')
  local sender, node = f[8], f[9]
  if not sender then return 'not following' end
  local sent = hash .. ':sent:' .. sender
  local before = id ~= '' and redis.call('ZSCORE', sent, id)
  if before then return '=' .. f[1] .. ' ' .. text(before) end
  if follower and follower ~= sender then return 'not following' end
  if fence and f[10] ~= fence then return 'held anew' end
  if not node or sender == to then return 'no addressee' end
  local log = { e = f[1], p = tonumber(f[2]), t = math.max(tonumber(f[3]), now + f[4]), w = tonumber(f[5]),
    f = tonumber(f[6]), z = tonumber(f[11] or 0) }
  -- A Redis that is out of memory refuses this first write, so nothing is written by half.
  redis.call('HSET', hash, 'i', who)
  if f[7] ~= who then turn(tail, log, ARGV[2]) end
  append(hash, tail, log, to, sender, '-', body, tonumber(weight), { node }, limits)
  local position = text(log.p)
  -- Not the time: Redis' clock may have been set forward, which only a decision notices.
  redis.call('HSET', hash, 'e', log.e, 'z', text(log.z), 'p', position, 'w', text(log.w), 'f', text(log.f),
    'v:' .. to, position)
  if id ~= '' then
    redis.call('ZADD', sent, position, id)
    redis.call('ZREMRANGEBYRANK', sent, 0, -4097)
  end
  return '=' .. log.e .. ' ' .. position
end

local answers = {}
for i = 1, #KEYS, 2 do
  local a = 3 * (i + 1) - 1
  answers[#answers + 1] = send(KEYS[i], KEYS[i + 1], ARGV[a], ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4],
    ARGV[a + 5])
end
publish()
return answers
