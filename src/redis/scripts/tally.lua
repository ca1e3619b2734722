-- Notes how many sockets an owner has at a node. KEYS: the owner's sockets. ARGV: the node, the number, the living
-- nodes. Answers how many there are at the living nodes.
if ARGV[2] == '0' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
-- The numbers of dead nodes expire a day after the last change for the owner.
redis.call('EXPIRE', KEYS[1], 86400)
local all = 0
for i = 3, #ARGV do all = all + (redis.call('HGET', KEYS[1], ARGV[i]) or 0) end
return all
