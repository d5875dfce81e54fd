-- Reads a window of one board and period in one piece.
-- KEYS 1 order (zset) 2 standings (hash) 3 meta (hash) 4 ranks of the morning (hash) 5 sparks of the day (hash)
-- ARGV 1 how many from the top 2 member to read around, or ''
-- Answers { seq, built, total, base, top rows, rank of the first row around, rows around }; a row is four strings.
local order, standings, meta, base, sparks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local ties = 500

local function rowsOf(members)
  local rows = {}
  if #members == 0 then return rows end
  local values = redis.call('HMGET', standings, unpack(members))
  local ranks = redis.call('HMGET', base, unpack(members))
  local points = redis.call('HMGET', sparks, unpack(members))
  for i, member in ipairs(members) do
    rows[#rows + 1] = member
    rows[#rows + 1] = values[i] or ''
    rows[#rows + 1] = ranks[i] or ''
    rows[#rows + 1] = points[i] or ''
  end
  return rows
end

-- A slice of the order, widened so that no group of equal values is cut.
local function slice(from, to)
  local members = redis.call('ZREVRANGE', order, from, to)
  if #members == 0 then return members, from end
  local seen = {}
  for _, member in ipairs(members) do seen[member] = true end
  local firstScore = redis.call('ZSCORE', order, members[1])
  local lastScore = redis.call('ZSCORE', order, members[#members])
  for _, score in ipairs({ firstScore, lastScore }) do
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', order, score, score, 'LIMIT', 0, ties)) do
      if not seen[member] then seen[member] = true; members[#members + 1] = member end
    end
  end
  return members, redis.call('ZCOUNT', order, '(' .. firstScore, '+inf')
end

local head = redis.call('HMGET', meta, 'seq', 'built', 'base')
-- See readBuilt: a node that was started anew, or took another's place, may lack what was written last.
local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or '1'
local top = slice(0, tonumber(ARGV[1]) - 1)
local near, above = {}, 0
local place = ARGV[2] ~= '' and redis.call('ZREVRANK', order, ARGV[2])
-- One more above, for the gap of the first.
if place then near, above = slice(math.max(0, place - 6), place + 5) end
return {
  tonumber(head[1] or '0'), head[2] == history and '1' or '', redis.call('ZCARD', order), head[3] or '',
  rowsOf(top), above + 1, rowsOf(near),
}
