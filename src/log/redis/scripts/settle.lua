-- A node has woken an aggregate that it took. KEYS: the due aggregates. ARGV: the aggregate, the time that was stored
-- when it was taken, when it is to be woken next, or ''. It does nothing if a node has stored another time meanwhile.
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
