-- Does everything that the server needs from Redis: reads the clock, writes, and publishes on a sharded channel. KEYS:
-- a key, which is also the name of the channel. ARGV: the message. Answers the time.
local time = redis.call('TIME')
redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)
redis.call('SPUBLISH', KEYS[1], ARGV[1])
return time
