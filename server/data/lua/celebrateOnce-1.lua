-- Tells the floor of something worth celebrating, once: the mark and the news are one step, so that neither a retry nor
-- a death in between makes it two or none.
-- KEYS 1 mark of the celebration
-- ARGV 1 keep the mark (s) 2 channel 3 message
-- Answers 1 when it was told now.
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
