-- A Redis of another identity may lack what the former one had: its positions must not come twice in an epoch. After a
-- failover it has another replication id; after a restart with an append-only file it has everything. What a master of a
-- Redis Cluster has not loaded from a snapshot was written there, or has moved there, whole, with its slot.
local function identity(given)
  if given ~= '' then return given end
  local info, stored = redis.call('INFO', 'replication'), redis.call('INFO', 'persistence')
  local kept = string.match(stored, 'aof_enabled:1') or string.match(stored, 'rdb_last_load_keys_loaded:0%s')
  if kept and string.match(info, 'master_replid2:0+%s') then return 'aof' end
  return string.match(info, 'master_replid:(%x+)')
end
