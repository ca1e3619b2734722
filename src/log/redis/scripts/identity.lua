-- A Redis of another identity may lack what the former one had: its positions must not come twice in an epoch. After a
-- failover it has another replication id; after a restart with an append-only file it has everything.
local function identity(given)
  if given ~= '' then return given end
  local info = redis.call('INFO', 'replication')
  local kept = string.match(redis.call('INFO', 'persistence'), 'aof_enabled:1')
  if kept and string.match(info, 'master_replid2:0+%s') then return 'aof' end
  return string.match(info, 'master_replid:(%x+)')
end
