-- The identity of this Redis. A Redis with another identity may lack entries that the former one had, and a position
-- must not be used twice in an epoch. After a failover, Redis has another replication id. After a restart with an
-- append-only file, it has everything. A master of a Redis Cluster that loaded no keys from a snapshot has everything,
-- too: its keys were written there, or moved there completely with their slot.
local function identity(given)
  if given ~= '' then return given end
  local info, stored = redis.call('INFO', 'replication'), redis.call('INFO', 'persistence')
  local kept = string.match(stored, 'aof_enabled:1') or string.match(stored, 'rdb_last_load_keys_loaded:0%s')
  if kept and string.match(info, 'master_replid2:0+%s') then return 'aof' end
  return string.match(info, 'master_replid:(%x+)')
end
