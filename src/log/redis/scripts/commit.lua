-- Stores a decision, if the state is still the one that it was made of. KEYS: hash, tail, kept entries. ARGV: attempt, node,
-- revision, new state or '', time, what that is ahead of Redis' clock, identity, new epoch, entries and bytes of a tail, kept
-- entries, 1 where nobody follows any more, then what is done, one after the other.
-- Fields of the hash beside those of append.lua: s state, r revision, l what the time is ahead of the clock; b and o position
-- of the newest entry for all, and of the newest that the follower x saw, who was left out of b; of each follower n: its
-- node, j: where it began, v: through where there is anything for it alone, r: through where it was received; of each member
-- u: its follower; of each node c: what it was told last, a: its last attempt; of those who waited w: their answer.
-- Answers `done` or `conflict`, the node's last attempt, and of who begins or resumes: entries missed, entries kept.
local H, L, K, attempt, mine = KEYS[1], KEYS[2], KEYS[3], ARGV[1], 'a:' .. ARGV[2]
local limits = { entries = ARGV[9], bytes = tonumber(ARGV[10]) }
local f = redis.call('HMGET', H, 'r', mine, 'e', 'p', 'w', 'f', 'b', 'o', 'x', 'i')
local at, place, from, received = 13, '-', '-', '-'
local function take(count)
  at = at + count
  return unpack(ARGV, at - count, at - 1)
end
local function answer(record)
  local through, since = string.match(record, '^%S+ %S+ %S+ (%S+) (%S+)')
  if through == '-' then return { 'done', record, {}, {} } end
  if since == '-' then return { kind, record, {}, redis.call('LRANGE', K, 0, -1) } end
  local missed = {}
  for i, entry in ipairs(redis.call('XRANGE', L, text(since + 1), through)) do missed[i] = entry[2][2] end
  return { 'done', record, missed, {} }
end
if f[2] and string.sub(f[2], 1, #attempt + 1) == attempt .. ' ' then return answer(f[2]) end
if (f[1] or '') ~= ARGV[3] then return { 'conflict', f[2] or '' } end

local log = { e = f[3], p = tonumber(f[4] or 0), t = tonumber(ARGV[5]), w = tonumber(f[5] or 0), f = tonumber(f[6] or 0) }
local b, o, x, who = tonumber(f[7] or 0), tonumber(f[8] or 0), f[9] or '-', identity(ARGV[7])
redis.call('HSET', H, 'r', attempt, 't', ARGV[5], 'l', ARGV[6], 's', ARGV[4])
redis.call('PERSIST', H)
-- A new log, or one that may have gone back.
if not log.e then redis.call('UNLINK', L, K) end
if f[10] ~= who then log.e = ARGV[8] redis.call('UNLINK', L) end
local first = log.p

-- Whether all after `from` is in the tail still, from `since` on.
local function holds(after, since)
  if log.p - after > tonumber(limits.entries) then return false end
  local oldest = redis.call('XRANGE', L, text(after + 1), '+', 'COUNT', 1)[1]
  return oldest and oldest[1] == text(after + 1) .. '-0' and log.w - oldest[2][4] <= limits.bytes
    and tonumber(string.match(oldest[2][2], '^%S+ %S+ (%S+)')) >= since
end

local does = {
  entry = function()
    local to, from, ends, body, weight, kept, count = take(7)
    local message = append(H, L, log, to, from, ends, body, tonumber(weight), { take(tonumber(count)) }, limits)
    if to ~= '*' then return redis.call('HSET', H, 'v:' .. to, text(log.p)) end
    if from ~= x or x == '-' then o = b end
    b, x = log.p, from
    if kept ~= '' then redis.call('RPUSH', K, message) redis.call('LTRIM', K, -ARGV[11], -1) end
  end,
  begin = function()
    local id, member, node = take(3)
    place, from, received = text(log.p), '-', text(log.p)
    redis.call('HSET', H, 'n:' .. id, node, 'u:' .. member, id, 'j:' .. id, place, 'v:' .. id, place, 'r:' .. id, place)
  end,
  hold = function()
    local id, node, epoch, after, known, since = take(6)
    local h = redis.call('HMGET', H, 'j:' .. id, 'v:' .. id, 'r:' .. id)
    local had = math.max(tonumber(h[3]), tonumber(known))
    local start = epoch == '' and had or tonumber(after)
    local served = (epoch == '' or epoch == log.e) and f[10] == who and start >= tonumber(h[1]) and start <= log.p
    if served and (start >= math.max(tonumber(h[2]), id == x and o or b) or holds(start, tonumber(since))) then
      from, had = text(start), math.max(had, start)
    else from = '-' end
    place, received = text(log.p), text(had)
    redis.call('HSET', H, 'n:' .. id, node, 'r:' .. id, received)
  end,
  node = function() local id, node = take(2) redis.call('HSET', H, 'n:' .. id, node) end,
  finish = function()
    local id, member = take(2)
    redis.call('HDEL', H, 'n:' .. id, 'u:' .. member, 'j:' .. id, 'v:' .. id, 'r:' .. id)
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
while at <= #ARGV do does[take(1)]() end

local record = table.concat({ attempt, log.e, text(first), place, from, received }, ' ')
redis.call('HSET', H, mine, record)
local result = answer(record)
if ARGV[12] == '1' then
  redis.call('UNLINK', L, K)
  for _, field in ipairs(redis.call('HKEYS', H)) do
    if string.match(field, '^[eipwfbox]$') or string.sub(field, 1, 2) == 'c:' then redis.call('HDEL', H, field) end
  end
  -- Attempts are known for a while, so that none is done twice.
  if ARGV[4] == '' then redis.call('HDEL', H, 's') redis.call('PEXPIRE', H, 60000) end
else
  redis.call('HSET', H, 'e', log.e, 'i', who, 'p', text(log.p), 'w', text(log.w), 'f', text(log.f), 'b', text(b),
    'o', text(o), 'x', x)
end
publish()
return result
