-- What due.lua and sweep.lua begin with: the time, in milliseconds. Where no node has looked for longer than nodes do, the
-- clock was set forward, or no node was there: that time does not count for what was due before it passed. Where a node has
-- looked later than now, by more than nodes wait between two looks, the clock was set back.
local function watched(due, looked, most)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local passed = now - (redis.call('GET', looked) or now)
  redis.call('SET', looked, string.format('%.0f', now))
  for _, key in ipairs((passed > tonumber(most) or passed < -500) and redis.call('ZRANGE', due, 0, -1) or {}) do
    redis.call('ZINCRBY', due, passed, key)
  end
  return now
end

