-- Stores a decision, if the state is still the one from which it was made. KEYS: hash, tail, kept entries. ARGV:
-- attempt, node, revision, new state or '', time, how far that is ahead of Redis' clock, identity, new epoch, entries
-- and bytes of a tail, number of kept entries, 1 if nobody follows any more, the time once more and what time it is then
-- for all nodes, then the steps, one after the other.
-- Fields of the hash, in addition to those of append.lua: s: state, r: revision, l: how far the time is ahead of the
-- clock, m: that pair of times, b: position of the newest entry for all, x: the follower that is not told of b, o:
-- position of the newest entry for all that x is told of. For each follower, n: its node, h: its fence, j: where it
-- began, v: position of the
-- newest entry for it alone, r: position through which it has received everything. For each member, u: its follower.
-- For each node, c: position of the last entry for it, a: its last attempt. For each waiter, w: its answer.
-- Answers `done` or `conflict`, the node's last attempt, and for a follower that begins or resumes the missed entries
-- and the kept entries.
local H, L, K, attempt, mine = KEYS[1], KEYS[2], KEYS[3], ARGV[1], 'a:' .. ARGV[2]
local limits = { entries = ARGV[9], bytes = tonumber(ARGV[10]) }
local f = redis.call('HMGET', H, 'r', mine, 'e', 'p', 'w', 'f', 'b', 'o', 'x', 'i', 'z')
local at, place, from, received = 14, '-', '-', '-'
local function take(count)
  at = at + count
  return unpack(ARGV, at - count, at - 1)
end
local function answer(record)
  local through, since, had = string.match(record, '^%S+ %S+ %S+ (%S+) (%S+) (%S+)')
  if through == '-' then return { 'done', record, {}, {} } end
  if since == '-' then return { 'done', record, {}, redis.call('LRANGE', K, 0, -1) } end
  local missed = {}
  for i, entry in ipairs(redis.call('XRANGE', L, text(since + 1), through)) do missed[i] = entry[2][2] end
  -- A follower that may not have received its first answer also gets the kept entries.
  local kept = tonumber(had) < tonumber(since) and redis.call('LRANGE', K, 0, -1) or {}
  return { 'done', record, missed, kept }
end
if f[2] and string.sub(f[2], 1, #attempt + 1) == attempt .. ' ' then return answer(f[2]) end
if (f[1] or '') ~= ARGV[3] then return { 'conflict', f[2] or '' } end

local log = { e = f[3], p = tonumber(f[4] or 0), t = tonumber(ARGV[5]), w = tonumber(f[5] or 0), f = tonumber(f[6] or 0),
  z = tonumber(f[11] or 0) }
local b, o, x, who = tonumber(f[7] or 0), tonumber(f[8] or 0), f[9] or '-', identity(ARGV[7])
redis.call('HSET', H, 'r', attempt, 't', ARGV[5], 'l', ARGV[6], 'm', ARGV[13], 's', ARGV[4])
redis.call('PERSIST', H)
-- The log is new, or Redis may have lost entries of it.
if not log.e then redis.call('UNLINK', L, K) end
if f[10] ~= who then turn(L, log, ARGV[8]) end
local first = log.p
