-- Writes absolute standings of one board and period; repeating it changes nothing.
-- KEYS 1 order (zset) 2 standings (hash) 3 meta (hash) 4 ranks of the morning (hash) 5 sparks of the day (hash)
-- ARGV 1 now (ms) 2 base key (local day, or hour for boards of one day) 3 half hour of the day 4 keep (s)
--      5 '1' when the whole board has been written with this call
--      then per member: id, entries, score, standing (JSON without entries), value
-- Answers { members changed, seq }.
local order, standings, meta, base, sparks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local now, baseKey, slot, keep = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

-- The ranks before the day's first change are what movement is measured against.
if redis.call('HGET', meta, 'base') ~= baseKey then
  redis.call('DEL', base, sparks)
  local members = redis.call('ZREVRANGE', order, 0, 9999, 'WITHSCORES')
  local rank, last = 0, nil
  for i = 1, #members, 2 do
    if members[i + 1] ~= last then rank = (i + 1) / 2; last = members[i + 1] end
    redis.call('HSET', base, members[i], rank)
  end
  redis.call('HSET', meta, 'base', baseKey)
  redis.call('EXPIRE', base, keep)
end

local changed = 0
for i = 6, #ARGV, 5 do
  local member, entries, score, standing, value = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local stored = redis.call('HGET', standings, member)
  local mine = entries .. '|' .. standing
  -- A standing from fewer ledger entries is older, however late it comes.
  if not stored or (tonumber(string.match(stored, '^%d+')) <= entries and stored ~= mine) then
    redis.call('HSET', standings, member, mine)
    if score == '' then redis.call('ZREM', order, member) else redis.call('ZADD', order, score, member) end
    if not stored or string.sub(stored, string.find(stored, '|', 1, true) + 1) ~= standing then
      changed = changed + 1
      local spark = redis.call('HGET', sparks, member)
      if not spark then spark = '' end
      local kept = string.gsub(spark, ',?' .. slot .. '=[^,]*$', '')
      redis.call('HSET', sparks, member, (kept == '' and '' or kept .. ',') .. slot .. '=' .. value)
    end
  end
end

local seq = changed > 0 and redis.call('HINCRBY', meta, 'seq', 1) or tonumber(redis.call('HGET', meta, 'seq') or '0')
if changed > 0 then redis.call('HSET', meta, 'changedAt', now) end
if ARGV[5] == '1' then redis.call('HSET', meta, 'built', '1') end
for k = 1, 5 do redis.call('EXPIRE', KEYS[k], keep) end
return { changed, seq }
