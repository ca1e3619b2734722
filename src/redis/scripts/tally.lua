-- Notes how many sockets an owner has at a node. KEYS: the owner's sockets. ARGV: the node, how many, the nodes that
-- live. Answers how many there are at those.
if ARGV[2] == '0' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
-- What dead nodes leave behind is gone a day after the owner was last seen.
redis.call('EXPIRE', KEYS[1], 86400)
local all = 0
for i = 3, #ARGV do all = all + (redis.call('HGET', KEYS[1], ARGV[i]) or 0) end
return all
