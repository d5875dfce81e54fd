-- Puts what activities are worth in a contest in the place of what their earlier revisions were worth. Repeating it changes
-- nothing, an older revision never takes the place of a newer one, and the work does not grow with the contest.
-- KEYS 1 facts (hash) 2 meta (hash) 3 capped points before the cap (hash) 4 recent moves (hash) 5 all moves (hash)
--      6..17 people of each side (zset)
-- ARGV 1 keep (s) 2 length of a recent slot (ms) 3 slots that are recent 4 length of a slot of all moves (ms)
--      5 first instant of the contest (ms)
--      then per fact: activity key, fact (JSON: r revision, a instant, s shares of [side, person, amount, rule, day, cap or -1])
-- Answers how many changed.
local facts, meta, caps, recent, series = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local keep, recentMs, recentSlots = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local seriesMs, fromMs = tonumber(ARGV[4]), tonumber(ARGV[5])

local function whole(n) return string.format('%.0f', n) end

local function move(fact, sign)
  for _, share in ipairs(fact.s) do
    local side, person, delta, cap = share[1], share[2], sign * share[3], share[6]
    if cap >= 0 then
      local after = redis.call('HINCRBY', caps, person .. '|' .. share[4] .. '|' .. share[5], whole(delta))
      delta = math.min(cap, after) - math.min(cap, after - delta)
    end
    if delta ~= 0 then
      redis.call('HINCRBY', meta, 't' .. whole(side), whole(delta))
      redis.call('ZINCRBY', KEYS[6 + side], whole(delta), person)
      redis.call('HINCRBY', recent, whole(math.floor(fact.a / recentMs)) .. '|' .. whole(side), whole(delta))
      redis.call('HINCRBY', series, whole(math.floor((fact.a - fromMs) / seriesMs)) .. '|' .. whole(side), whole(delta))
    end
  end
end

local changed, newest = 0, 0
for i = 6, #ARGV, 2 do
  local fact = cjson.decode(ARGV[i + 1])
  local stored = redis.call('HGET', facts, ARGV[i])
  local old = stored and cjson.decode(stored)
  local empty = #fact.s == 0
  if stored ~= ARGV[i + 1] and not (empty and not old) and not (old and old.r > fact.r) then
    if old then move(old, -1) end
    move(fact, 1)
    redis.call('HSET', facts, ARGV[i], ARGV[i + 1])
    if not (empty and #old.s == 0) then changed = changed + 1 end
    newest = math.max(newest, fact.a)
  end
end
if changed == 0 then return 0 end

redis.call('HINCRBY', meta, 'seq', 1)
-- Slots that nobody looks at any more go, now and then.
local slots = redis.call('HKEYS', recent)
if #slots > recentSlots * 24 then
  local first = math.floor(newest / recentMs) - recentSlots
  for _, slot in ipairs(slots) do
    if tonumber(string.match(slot, '^-?%d+')) < first then redis.call('HDEL', recent, slot) end
  end
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, keep) end
return changed
