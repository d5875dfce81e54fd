-- Says whether what belongs to a key was built on the data that this node holds now. A node has another history each time
-- that it is started, and each time that it takes the place of another one: what was written last may then be lost.
-- KEYS 1 meta (hash)
-- Answers { '1' or '', history }.
local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or '1'
return { redis.call('HGET', KEYS[1], 'built') == history and '1' or '', history }
