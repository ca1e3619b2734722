-- Reads what a node was told while it could not listen. KEYS: hash and tail. ARGV: the node, epoch, position, identity,
-- then the waiters at the node. Answers 1 if no entry for the node is missing (else 0), the entries, the state, and for
-- each waiter its answer or ''. Entries for other nodes may have left the tail.
local f = redis.call('HMGET', KEYS[1], 'e', 'p', 'c:' .. ARGV[1], 'i', 's')
local position, who = tonumber(ARGV[3]), ARGV[4]
who = identity(who)
-- Redis has lost entries that the node has. An empty identity makes the next append begin a new epoch.
if f[1] == ARGV[2] and tonumber(f[2] or 0) < position then redis.call('HSET', KEYS[1], 'i', '') end
local goes = f[1] == ARGV[2] and f[4] == who and tonumber(f[2]) >= position
local entries, answers = {}, {}
if goes and tonumber(f[3] or 0) > position then
  goes = false
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], string.format('%.0f', position + 1), '+')) do
    local fields = entry[2]
    for i = 5, #fields, 2 do
      if fields[i] == ARGV[1] then
        -- The first entry names the previous one for this node, which the node must have.
        if #entries == 0 then goes = tonumber(fields[i + 1]) <= position end
        entries[#entries + 1] = fields[2]
      end
    end
  end
end
for i = 5, #ARGV do answers[#answers + 1] = redis.call('HGET', KEYS[1], 'w:' .. ARGV[i]) or '' end
return { goes and 1 or 0, entries, f[5] or '', answers }
