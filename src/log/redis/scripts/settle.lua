-- An aggregate that was taken has been woken. KEYS: those that are due. ARGV: the aggregate, the time noted when it was
-- taken, when it is to be woken next, or ''. Nothing happens where a node has noted another time meanwhile.
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
