-- A counter of a throttle. KEYS: the counter. ARGV: what to do, the time that the nodes share, points, and for how long the
-- counter lasts from its first point, in milliseconds. `add` adds, `set` begins anew, `get` only looks. Answers the points and
-- for how long they last; nothing if `get` finds none. Redis' clock may be set, so it does not say when the counter ends: it
-- only removes what nobody needs any more.
local does, now, points, lasts = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local UNNEEDED_MS = 2 * 3600000
local f = redis.call('HMGET', KEYS[1], 'points', 'ends', 'lasts')
-- The nodes may have lost their time with Redis' data: nothing lasts longer than it should.
local left = f[1] and math.min(f[2] - now, tonumber(f[3])) or 0
if does == 'get' then return left > 0 and { f[1], string.format('%.0f', left) } or {} end
if does == 'set' or left <= 0 then f[1], f[3], left = 0, lasts, lasts end
local count = f[1] + points
redis.call('HSET', KEYS[1], 'points', count, 'ends', string.format('%.0f', now + left), 'lasts', f[3])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left + UNNEEDED_MS))
return { count, string.format('%.0f', left) }
