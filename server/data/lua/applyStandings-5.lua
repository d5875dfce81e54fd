-- Writes absolute standings of one board and period, each member at most once; and says so where asked; repeating it changes nothing.
-- KEYS 1 order (zset) 2 standings (hash) 3 meta (hash) 4 ranks of the morning (hash) 5 sparks of the day (hash)
-- ARGV 1 now (ms) 2 base key (local day, or hour for boards of one day) 3 half hour of the day 4 keep (s)
--      5 the history in which the whole board has been written with this call (see readBuilt), or ''
--      6 channel to tell of changes, or '' 7 the news as JSON, to which the seq and its end are added
--      8 JSON list of strings, per member four: id, entries, standing (JSON that begins with the value), score or ''
--      9 JSON object, the values that members began the day with, by id, for a board that is being derived anew; or ''
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

local given = cjson.decode(ARGV[8])
local members, known, points = {}, {}, {}
for i = 1, #given, 4 do members[#members + 1] = given[i] end
if #members > 0 then
  known = redis.call('HMGET', standings, unpack(members))
  points = redis.call('HMGET', sparks, unpack(members))
end

local dawn = ARGV[9] ~= '' and cjson.decode(ARGV[9])
local function valueOf(standing)
  local value = string.match(standing, '^%[([^,%]]*)')
  return value == 'null' and '0' or value
end

-- A spark is `d=value,slot=value,slot=value`, from what the day began with, where that is known, to the running half hour,
-- whose point is the last one, and is replaced.
local first, later = slot .. '=', ',' .. slot .. '='
local function earlierPoints(spark)
  local at = string.find(spark, later, -60, true)
  if at then return string.sub(spark, 1, at) end
  if spark == '' or (string.sub(spark, 1, #first) == first and not string.find(spark, ',', 1, true)) then return '' end
  return spark .. ','
end

-- Gathered and written by kind: a command for a hundred members costs little more than one for a single one.
local changed = 0
local rows, scores, gone, drawn = {}, {}, {}, {}
for m, member in ipairs(members) do
  local i = m * 4
  local standing, score, stored = given[i - 1], given[i], known[m]
  local mine = given[i - 2] .. '|' .. standing
  local entries = tonumber(given[i - 2])
  local spark, draw = points[m] or '', false
  if dawn and dawn[member] and string.sub(spark, 1, 2) ~= 'd=' then
    spark, draw = 'd=' .. dawn[member] .. (spark == '' and '' or ',' .. spark), true
  end
  -- A standing from fewer ledger entries is older, however late it comes.
  if not stored or (tonumber(string.match(stored, '^%d+')) <= entries and stored ~= mine) then
    rows[#rows + 1] = member
    rows[#rows + 1] = mine
    if score == '' then
      gone[#gone + 1] = member
    else
      scores[#scores + 1] = score
      scores[#scores + 1] = member
    end
    local old = stored and string.sub(stored, string.find(stored, '|', 1, true) + 1)
    if old ~= standing then
      changed = changed + 1
      if spark == '' and old then spark = 'd=' .. valueOf(old) end
      spark, draw = earlierPoints(spark) .. first .. valueOf(standing), true
    end
  end
  if draw then
    drawn[#drawn + 1] = member
    drawn[#drawn + 1] = spark
  end
end
if #rows > 0 then redis.call('HSET', standings, unpack(rows)) end
if #scores > 0 then redis.call('ZADD', order, unpack(scores)) end
if #gone > 0 then redis.call('ZREM', order, unpack(gone)) end
if #drawn > 0 then redis.call('HSET', sparks, unpack(drawn)) end

local seq = changed > 0 and redis.call('HINCRBY', meta, 'seq', 1) or tonumber(redis.call('HGET', meta, 'seq') or '0')
if changed > 0 then redis.call('HSET', meta, 'changedAt', now) end
if changed > 0 and ARGV[6] ~= '' then redis.call('PUBLISH', ARGV[6], ARGV[7] .. ',"seq":' .. seq .. '}]') end
if ARGV[5] ~= '' then redis.call('HSET', meta, 'built', ARGV[5]) end
for k = 1, 5 do redis.call('EXPIRE', KEYS[k], keep) end
return { changed, seq }
