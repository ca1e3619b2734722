-- Does what the server needs of Redis: reads the clock, writes, and publishes on a sharded channel. KEYS: a key, which
-- names the channel too. ARGV: the message. Answers the time.
local time = redis.call('TIME')
redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)
redis.call('SPUBLISH', KEYS[1], ARGV[1])
return time
