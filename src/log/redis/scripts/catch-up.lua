-- What a node was told while it could not listen. KEYS: hash and tail. ARGV: the node, epoch, position, identity, then those
-- who wait at it. Answers whether nothing of that is missing, the entries, the state, and how those who wait were
-- answered, or ''. What was for other nodes may have left the tail.
local f = redis.call('HMGET', KEYS[1], 'e', 'p', 'c:' .. ARGV[1], 'i', 's')
local position, who = tonumber(ARGV[3]), ARGV[4]
who = identity(who)
-- It went back: whoever appends next begins another epoch.
if f[1] == ARGV[2] and tonumber(f[2] or 0) < position then redis.call('HSET', KEYS[1], 'i', '') end
local goes = f[1] == ARGV[2] and f[4] == who and tonumber(f[2]) >= position
local entries, answers = {}, {}
if goes and tonumber(f[3] or 0) > position then
  goes = false
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], string.format('%.0f', position + 1), '+')) do
    local fields = entry[2]
    for i = 5, #fields, 2 do
      if fields[i] == ARGV[1] then
        -- The first one: what was told before it is known.
        if #entries == 0 then goes = tonumber(fields[i + 1]) <= position end
        entries[#entries + 1] = fields[2]
      end
    end
  end
end
for i = 5, #ARGV do answers[#answers + 1] = redis.call('HGET', KEYS[1], 'w:' .. ARGV[i]) or '' end
return { goes and 1 or 0, entries, f[5] or '', answers }
